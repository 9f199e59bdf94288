import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from stores.errors import FolderDamaged, InputError
from stores.record import SCHEMA_VERSION, MemoryRecord, Policy, as_document, record_id, written_record
from stores.upkeep.migration import record_from, upgraded
from tests.fakes import NOON, record


def test_ids_come_from_what_a_record_was_made_from() -> None:
    assert record_id("ada", "t", "1", "said") == record_id("ada", "t", "1", "said")
    others = [
        ("bob", "t", "1", "said"),
        ("ada", "u", "1", "said"),
        ("ada", "t", "2", "said"),
        ("ada", "t", "1", "snapshot"),
        ("adat", "", "1", "said"),
    ]
    assert len({record_id(*one) for one in others} | {record_id("ada", "t", "1", "said")}) == 6


def test_times_are_kept_in_utc_and_naive_ones_refused() -> None:
    seoul = timezone(timedelta(hours=9))
    kept = record("x", said_at=datetime(2026, 5, 7, 21, tzinfo=seoul))
    assert kept.said_at == NOON
    assert kept.said_at.utcoffset() == timedelta(0)
    with pytest.raises(ValidationError):
        record("x", said_at=datetime(2026, 5, 7))  # noqa: DTZ001


@pytest.mark.parametrize(
    "wrong", [{"user_id": ""}, {"text": ""}, {"text": "\ud800"}, {"importance": 11}, {"kind": "rumour"}, {"unknown": 1}]
)
def test_what_is_no_record_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MemoryRecord.model_validate({**as_document(record("x")), **wrong})


@pytest.mark.parametrize(
    "fields", [{}, {"weight": 0.5, "policy": Policy(pinned=True)}, {"domains": {"pets": 0.5}, "known_by": ("mneme",), "schema_version": 2}]
)
def test_what_is_as_by_default_is_not_written_and_yet_read_but_the_schema_is(fields: dict[str, Any]) -> None:
    said = record("My dog is called Biscuit.").model_copy(update=fields)
    written = json.loads(written_record(said))
    assert MemoryRecord.model_validate_json(written_record(said)) == said
    assert written["schema_version"] == fields.get("schema_version", SCHEMA_VERSION)
    assert {"superseded_by", "expires_at", "additional", "trust"}.isdisjoint(written)


def test_a_document_of_an_older_schema_is_brought_up_and_keeps_its_words() -> None:
    document = as_document(record("My dog is called Biscuit."))
    for name in ("schema_version", "trust", "policy"):
        del document[name]
    migrated = record_from(document)
    assert (migrated.text, migrated.schema_version, migrated.trust.origin) == ("My dog is called Biscuit.", SCHEMA_VERSION, "imported")


def test_steps_run_in_order_and_a_missing_one_or_a_newer_document_is_told() -> None:
    steps = {1: lambda old: {**old, "path": [*old["path"], 1]}, 2: lambda old: {**old, "path": [*old["path"], 2]}}
    assert upgraded({"schema_version": 1, "path": []}, steps, 3) == {"schema_version": 3, "path": [1, 2]}
    with pytest.raises(FolderDamaged):
        upgraded({"schema_version": 0}, steps, 3)
    with pytest.raises(InputError, match="newer"):
        upgraded({"schema_version": 9}, steps, 3)


def test_a_document_that_is_no_record_is_told() -> None:
    with pytest.raises(FolderDamaged):
        record_from({"schema_version": SCHEMA_VERSION, "text": "half"})
