"""all-MiniLM-L6-v2 in numpy: the bundled embedder, without the seconds that sentence-transformers takes to import.

On a processor it is as fast as sentence-transformers, core for core, for one text and for thousands.
"""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from models.one_thread import compute_on_the_calling_thread

DIMENSION = 384
MAX_TOKENS = 256
# Far more than 256 tokens of any language; it keeps a pasted book from being tokenised whole.
MAX_CHARACTERS = 50_000
LAYERS = 6
HEADS = 12
EPSILON = np.float32(1e-12)
# Batches whose activations fit the processor's cache run faster than large ones.
BATCH_TOKENS = 1024

# erf(x) = x P(x^2) / Q(x^2), highest power first: Eigen's float32 approximation. numpy has no erf and scipy.special takes 0.4 s to import.
ERF_LIMIT = 3.7439211627767994
ERF_OVER = (0.00022905065861350646, 0.0034082910107109506, 0.050955695062380861, 0.18520832239976145, 1.128379143519084)
ERF_UNDER = (
    -1.1791602954361697e-7,
    0.000023547966471313185,
    0.0010179625278914885,
    0.014070470171167667,
    0.11098505178285362,
    0.49746925110067538,
    1.0,
)

Floats = NDArray[np.float32]
Tensors = dict[str, Floats]


class MiniLM:
    """The model in one folder; its files are read at the first use. Safe to call from several threads at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = Lock()
        self._parts: tuple[Tokenizer, Tensors] | None = None

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row a text, of length one. A text is read up to `MAX_TOKENS` tokens.

        Raises:
            OSError: The model's files cannot be read.
            ValueError, KeyError: They hold something else.
        """
        tokenizer, tensors = self._load()
        tokens = [encoding.ids for encoding in tokenizer.encode_batch([text[:MAX_CHARACTERS] for text in texts])]
        vectors = np.empty((len(tokens), DIMENSION), np.float32)

        def fill(chosen: list[int]) -> None:
            vectors[chosen] = _forward(tensors, *_padded([tokens[index] for index in chosen]))

        _for_each(fill, list(_batches([len(ids) for ids in tokens])))
        return vectors

    def _load(self) -> tuple[Tokenizer, Tensors]:
        with self._loading:
            if self._parts is None:
                compute_on_the_calling_thread()
                self._parts = (_read_tokenizer(self._folder / "tokenizer.json"), load_file(self._folder / "model.safetensors"))
            return self._parts


def _for_each(work: Callable[[list[int]], None], batches: Sequence[list[int]]) -> None:
    """Every batch, over the processor's cores where there are several: numpy lets go of the interpreter's lock."""
    workers = min(len(batches), os.cpu_count() or 1)
    if workers < 2:
        for batch in batches:
            work(batch)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="embed") as pool:
        list(pool.map(work, batches))


def _read_tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts of about the same length, so that little is padding."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[index] * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _padded(tokens: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], Floats]:
    """Token ids filled up with zeros, and 1.0 where a token stands."""
    longest = max(map(len, tokens))
    ids = np.zeros((len(tokens), longest), np.int64)
    mask = np.zeros((len(tokens), longest), np.float32)
    for row, token_ids in enumerate(tokens):
        ids[row, : len(token_ids)] = token_ids
        mask[row, : len(token_ids)] = 1
    return ids, mask


def _forward(tensors: Tensors, ids: NDArray[np.int64], mask: Floats) -> Floats:
    words = tensors["embeddings.word_embeddings.weight"][ids]
    places = tensors["embeddings.position_embeddings.weight"][: ids.shape[1]]
    kinds = tensors["embeddings.token_type_embeddings.weight"][0]
    hidden = _normalised(tensors, "embeddings.LayerNorm", words + places + kinds)
    hidden_from: Floats = np.where(mask > 0, np.float32(0), np.float32(-1e9))[:, None, None, :]
    for layer in range(LAYERS):
        hidden = _layer(tensors, f"encoder.layer.{layer}", hidden, hidden_from)
    pooled: Floats = (hidden * mask[:, :, None]).sum(axis=1)
    pooled /= np.sqrt((pooled * pooled).sum(axis=1, keepdims=True))
    return pooled


def _layer(tensors: Tensors, name: str, hidden: Floats, hidden_from: Floats) -> Floats:
    attended = _dense(tensors, f"{name}.attention.output.dense", _attention(tensors, f"{name}.attention.self", hidden, hidden_from))
    hidden = _normalised(tensors, f"{name}.attention.output.LayerNorm", attended + hidden)
    wide = _gelu(_dense(tensors, f"{name}.intermediate.dense", hidden))
    return _normalised(tensors, f"{name}.output.LayerNorm", _dense(tensors, f"{name}.output.dense", wide) + hidden)


def _attention(tensors: Tensors, name: str, hidden: Floats, hidden_from: Floats) -> Floats:
    texts, length, width = hidden.shape

    def heads(part: str) -> Floats:
        return _dense(tensors, f"{name}.{part}", hidden).reshape(texts, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

    query: Floats = heads("query") * np.float32(1 / math.sqrt(width // HEADS))
    scores: Floats = query @ heads("key").transpose(0, 1, 3, 2) + hidden_from
    np.exp(scores - scores.max(axis=-1, keepdims=True), out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed: Floats = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, length, width)
    return mixed


def _dense(tensors: Tensors, name: str, values: Floats) -> Floats:
    weight = tensors[f"{name}.weight"]
    flat: Floats = values.reshape(-1, values.shape[-1]) @ weight.T
    flat += tensors[f"{name}.bias"]
    return flat.reshape(*values.shape[:-1], weight.shape[0])


def _normalised(tensors: Tensors, name: str, values: Floats) -> Floats:
    centred = values - values.mean(axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    scaled: Floats = centred / np.sqrt(variance + EPSILON)
    return scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]


def _gelu(values: Floats) -> Floats:
    bounded = np.clip(values * np.float32(math.sqrt(0.5)), -ERF_LIMIT, ERF_LIMIT)
    square = bounded * bounded
    erf: Floats = bounded * _polynomial(ERF_OVER, square) / _polynomial(ERF_UNDER, square)
    erf += 1
    erf *= values
    erf *= np.float32(0.5)
    return erf


def _polynomial(coefficients: Sequence[float], square: Floats) -> Floats:
    total = np.full_like(square, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= square
        total += np.float32(coefficient)
    return total
