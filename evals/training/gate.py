"""Trains the read gate: whether what recall found is worth a place in the prompt.

    python -m evals.training.gate --data FOLDER

Turns are put to memories of permissive sets alone: the project's own conversations, LongMemEval_S and RealMem; LoCoMo is never read.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from evals.looks import Floats, Look, looks
from models.embedding import open_embedder
from models.read_gate import HEADS, READ_GATE, ReadGate, Weights, need_logit

PERMISSIVE = ("own", "LongMemEval", "RealMem")
WIDE_LANGUAGES = ("ko", "ja")
WEIGHED, WEIGHED_WIDE = ("score", "similarity", "gap", "known"), ("similarity", "words", "known", "hangul")  # of what was found
SHUT_OUT, SHUT_OUT_WIDE = 3.0, 1.2  # so much worse are needed memories that are not shown than others that are


def trained(seen: Sequence[Look]) -> ReadGate:
    """The gate of these looks; Korean and Japanese ones are weighed by themselves."""
    wide = [one for one in seen if one.language in WIDE_LANGUAGES]
    latin = [one for one in seen if one.language not in WIDE_LANGUAGES]
    return ReadGate(embedder=open_embedder().name, latin=fitted(latin, WEIGHED, SHUT_OUT), wide=fitted(wide, WEIGHED_WIDE, SHUT_OUT_WIDE))


def fitted(rows: Sequence[Look], weighed: Sequence[str], worse: float) -> Weights:
    """The regression: each memory's data set and language counts by the root of its size, needed and not needed alike."""
    inputs, needed = inputs_of(rows, weighed), np.array([one.layer == 2 for one in rows])
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
    model = LogisticRegression(C=10.0).fit((inputs - mean) / spread, needed, sample_weight=weights_of(rows))
    weights = model.coef_[0] / spread
    named = dict(zip(("need", *weighed), (round(float(one), 4) for one in weights), strict=True))
    intercept = round(float(model.intercept_[0] - weights @ mean), 4)
    return Weights(**named, intercept=intercept, open_from=round(1 / (1 + worse), 4))


def inputs_of(rows: Sequence[Look], weighed: Sequence[str]) -> Floats:
    """What the gate sees, a row a look."""
    return np.array([(need_logit(one.need), *(getattr(one.found, name) for name in weighed)) for one in rows])


def weights_of(rows: Sequence[Look]) -> Floats:
    """How much each look counts."""
    kinds = [(one.data, one.language, one.layer == 2) for one in rows]
    counts = Counter(kinds)
    weights = np.array([1 / np.sqrt(counts[kind]) for kind in kinds])
    needed = np.array([kind[-1] for kind in kinds])
    for alike in (needed, ~needed):
        weights[alike] /= weights[alike].sum()
    scaled: Floats = weights * len(rows) / 2
    return scaled


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the read gate.")
    parser.add_argument("--data", type=Path, required=True)
    seen = looks(parser.parse_args().data, PERMISSIVE)
    gate = trained(seen)
    (HEADS / f"{READ_GATE}.json").write_text(gate.model_dump_json(indent=1) + "\n", encoding="utf-8")
    Console().print(f"{len(seen):,} looks; memories are shown from {gate.latin.open_from}, and {gate.wide.open_from}")


if __name__ == "__main__":
    main()
