"""Embeds the pieces of a data set ahead of an eval, twice as fast as the eval itself would.

    python -m evals.embed_ahead --data FOLDER

LongMemEval_S has 180,000 pieces. PyTorch in bfloat16 makes about 50 to 100 of them a second on two cores; the vectors differ from those
that ship by a cosine of .9999 or better, and are kept where the evals look for them.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from rich.progress import track
from transformers import AutoModel, AutoTokenizer

from evals import longmemeval
from evals.vectors import KeptVectors
from models.embedding import DEFAULT_EMBEDDER, Vector, bundled_folder, open_embedder
from models.minilm import MAX_TOKENS
from stores.pieces import message_pieces, pieces_of

LETTERS = 24_000  # of a batch of pieces of about one length
MOST = 64  # pieces


class QuickEmbedder:
    """The bundled model in bfloat16, under the name of the exact one."""

    def __init__(self) -> None:
        folder, exact = str(bundled_folder()), open_embedder(DEFAULT_EMBEDDER)
        self.name, self.dimension = exact.name, exact.dimension
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder).eval().to(torch.bfloat16)

    def embed_query(self, text: str) -> Vector:
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> list[Vector]:
        return [vector for batch in of_like_length(texts) for vector in self._embedded(batch)]

    def _embedded(self, texts: Sequence[str]) -> list[Vector]:
        read = self._tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            states = self._model(**read).last_hidden_state.float()
        summed = (states * read["attention_mask"][..., None]).sum(1)
        found: list[Vector] = torch.nn.functional.normalize(summed, dim=1).tolist()
        return found


def of_like_length(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Batches of texts that are ordered by their lengths, smaller where the texts are long."""
    begin = 0
    while begin < len(texts):
        size = max(1, min(MOST, LETTERS // max(1, len(texts[begin]))))
        yield texts[begin : begin + size]
        begin += size


def main() -> None:
    """Embed what is not kept yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    with KeptVectors.open(QuickEmbedder()) as vectors:
        for haystack in track(longmemeval.haystacks(parser.parse_args().data), "longmemeval", total=None):
            vectors.embed_documents(
                [piece for record in haystack.records for cut in (pieces_of, message_pieces) for piece in cut(record.text)]
            )


if __name__ == "__main__":
    main()
