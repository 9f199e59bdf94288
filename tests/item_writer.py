"""Writes batches of items until it is killed: `python -m tests.item_writer FOLDER NUMBER`, which says each number when it is stored."""

import sys
from pathlib import Path

from langgraph.store.base import PutOp

from stores.engines.edge import EdgeEngine
from stores.items import Items
from tests.fakes import HashEmbedder


def batch(number: int) -> list[PutOp]:
    """Three items of one number; one that had the number before is deleted."""
    there, gone = ("a", "b") if number % 2 else ("b", "a")
    value = {"n": number}
    return [PutOp(("n",), "n", value), PutOp(("n",), there, value), PutOp(("n",), gone, None), PutOp(("m",), "n", value)]


def main(folder: Path, number: int) -> None:
    """Write the batches after that number."""
    items = Items(EdgeEngine(folder), HashEmbedder())
    while True:
        number += 1
        items.batch(batch(number))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
