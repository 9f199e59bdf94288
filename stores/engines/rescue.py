"""Opens a damaged collection of the embedded engine without what of it is damaged."""

import os
import shutil
from pathlib import Path

import qdrant_edge as qdrant

from stores.engines.edge import EdgeCollection, engine_errors, shard_config
from stores.engines.engine import Where
from stores.errors import StoreError

COPY_CHUNK = 1 << 16

# What the engine can make again, or do without: the fewer of these are taken away, the more is kept.
DISPENSABLE = (
    (),
    ("segments/*/payload_index",),
    ("edge_config.json",),
    ("segments/*/vector_storage-words",),
    ("segments/*/vector_storage-dense",),
    ("segments/*/payload_index", "segments/*/vector_storage-*", "edge_config.json"),
    ("wal",),
    ("wal", "segments/*/payload_index", "segments/*/vector_storage-*", "edge_config.json"),
)


def rescue(folder: Path, scratch: Path, dimension: int) -> "EdgeCollection | None":
    """A collection that does not open, opened from a copy without what of it is damaged; None where nothing helps.

    Args:
        folder: Of the collection; it stays as it is.
        scratch: A folder for the copy, that is made and replaced.
        dimension: Of its vectors.
    """
    for parts in DISPENSABLE:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(folder, scratch, copy_function=copy_sparse)
        for path in [path for part in parts for path in scratch.glob(part)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        try:
            with engine_errors(f"open {folder}"):
                collection = EdgeCollection(qdrant.EdgeShard.load(str(scratch), shard_config(dimension)), scratch)
            if collection.count(Where()):
                return collection
            collection.close()
        except StoreError:
            continue
    return None


def copy_sparse(source: str, target: str) -> None:
    """Copy a file without its zeros: the engine keeps large files that are mostly empty."""
    with open(source, "rb") as reading, open(target, "wb") as writing:
        while chunk := reading.read(COPY_CHUNK):
            if chunk.strip(b"\0"):
                writing.write(chunk)
            else:
                writing.seek(len(chunk), os.SEEK_CUR)
        writing.truncate()
