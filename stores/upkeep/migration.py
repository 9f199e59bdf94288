"""Brings documents of older schema versions up to the one in use, one step a version."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from stores.errors import FolderDamaged, InputError
from stores.record import SCHEMA_VERSION, MemoryRecord

Step = Callable[[dict[str, Any]], dict[str, Any]]


def add_trust_and_policy(document: dict[str, Any]) -> dict[str, Any]:
    """0 -> 1: a record without a version, as Semantic Kernel's export gives it, gains policy and trust and keeps its words."""
    return {**document, "trust": document.get("trust", {"origin": "imported"}), "policy": document.get("policy", {})}


def add_versions(document: dict[str, Any]) -> dict[str, Any]:
    """1 -> 2: versions, supersession and weight have defaults that say what was so before."""
    return document


def add_spot(document: dict[str, Any]) -> dict[str, Any]:
    """2 -> 3: the document is the same; beside it stands where in its conversation a message is, and beside the vectors their codes."""
    return document


STEPS: Mapping[int, Step] = {0: add_trust_and_policy, 1: add_versions, 2: add_spot}


def upgraded(document: dict[str, Any], steps: Mapping[int, Step] = STEPS, target: int = SCHEMA_VERSION) -> dict[str, Any]:
    """The document at the target version.

    Raises:
        InputError: The document is newer than this Mneme.
        FolderDamaged: A step to the target is missing.
    """
    version = int(document.get("schema_version", 0))
    if version > target:
        raise InputError(f"A record was written by a newer Mneme (schema {version}).", "Update Mneme.")
    while version < target:
        if version not in steps:
            raise FolderDamaged(f"No way is known from schema {version} to {version + 1}.")
        document, version = steps[version](document), version + 1
    return {**document, "schema_version": target}


def record_from(document: dict[str, Any]) -> MemoryRecord:
    """The record of a document of any known version.

    Raises:
        FolderDamaged: The document is no record.
    """
    try:
        if document.get("schema_version") == SCHEMA_VERSION:
            return MemoryRecord.model_validate(document)
        return MemoryRecord.model_validate(upgraded(document))
    except ValidationError as error:
        raise FolderDamaged(f"A stored record cannot be read: {error.error_count()} fields are wrong.") from error
