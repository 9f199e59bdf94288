"""Korean and Japanese are stored and found: by their words with any embedder, and with a multilingual embedder named by its folder."""

from pathlib import Path

import pytest

from graph.assembly import Settings, open_memory
from stores.access import Access
from stores.codec import Plain
from stores.engines import words
from stores.errors import EmbedderMismatch
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from stores.upkeep.rewriting import Rewriting
from tests.engines import ENGINES, opened_on
from tests.fakes import NOON, HashEmbedder, record

ACCESS = Access("ada", "mneme")
SAID = [
    "공방 이름은 느린대패로 지었어.",
    "어제는 집에서 하루 종일 쉬었어.",
    "지난달부터 동네 수영장에서 수영을 배워.",
    "保護施設から来た柴犬を家族に迎えた。",
    "昨日は駅前のカフェでラーメンを食べた。",
    "うちのねこは雷がこわい。",
    "My sister flies to Zanzibar on Friday.",
    "今天我和妹妹一起去看电影。",
]
ASKED = [
    ("느린대패가 뭐야?", 0),
    ("집에는?", 1),
    ("수영은 언제부터?", 2),
    ("柴犬はどこから？", 3),
    ("ラーメン", 4),
    ("ねこが", 5),
    ("zanzibar", 6),
    ("电影", 7),
]


def found_first(memory: MemoryStore, query: str) -> str:
    return memory.recall(query, access=ACCESS, now=NOON).taken[0].record.text


def spoken() -> list[MemoryRecord]:
    return [record(text, number) for number, text in enumerate(SAID)]


class NoMeaning(HashEmbedder):
    """Every text is as near as every other, so that words alone decide."""

    def embed_query(self, text: str) -> list[float]:
        return [1.0] + [0.0] * (self.dimension - 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_words_of_every_language_are_found_in_every_engine(engine: str, tmp_path: Path) -> None:
    with opened_on(engine, tmp_path) as memory:
        memory.remember(spoken())
        for query, number in ASKED:
            found = memory.recall(query, access=ACCESS, now=NOON)
            best = max(found.candidates, key=lambda one: one.signals["bm25"])
            assert (best.record.text, best.signals["bm25"] > 0) == (SAID[number], True)


def test_a_home_with_words_of_another_cut_finds_english_at_once_and_all_when_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before, MemoryStore.open(tmp_path, NoMeaning()) as memory:
        before.setattr(words, "separated", lambda text: text)
        memory.remember(spoken())
    with MemoryStore.open(tmp_path, NoMeaning()) as memory:
        assert found_first(memory, "zanzibar") == SAID[6]
        assert not any(one.signals["bm25"] for one in memory.recall("수영은?", access=ACCESS, now=NOON).candidates)
    codec = Plain()
    Rewriting(tmp_path, None, codec, codec, NoMeaning()).run()
    with MemoryStore.open(tmp_path, NoMeaning()) as memory:
        assert [found_first(memory, query) for query, _ in ASKED] == [SAID[number] for _, number in ASKED]


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two layers and random weights, whose word pieces are the letters of what is said."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from tokenizers.processors import TemplateProcessing

    folder = tmp_path_factory.mktemp("multilingual")
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = {piece: number for number, piece in enumerate([*marks, *sorted(set("".join(SAID)))])}
    tokenizer = Tokenizer(WordLevel(pieces, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    tokenizer.post_processor = TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", pieces["[CLS]"]), ("[SEP]", pieces["[SEP]"])])
    saved(tokenizer, folder)
    return folder


def saved(tokenizer: object, folder: Path) -> None:
    """Write a small model with this tokenizer as sentence-transformers does."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]"
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(fast), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64
    )
    BertModel(config).save_pretrained(folder / "bert")
    fast.save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(transformer.get_embedding_dimension(), "mean")], device="cpu").save(str(folder))


@pytest.mark.filterwarnings("ignore")
def test_a_multilingual_embedder_named_by_its_folder_stores_and_recalls(
    multilingual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNEME_HOME", str(tmp_path))
    monkeypatch.setenv("MNEME_EMBEDDER", str(multilingual))
    monkeypatch.setenv("MNEME_RANKING", "fusion")
    with open_memory() as memory:
        assert (memory.embedder.name, memory.embedder.dimension) == (str(multilingual), 32)
        memory.remember(spoken())
    with open_memory() as memory:
        for text in SAID:
            found = memory.recall(text, access=ACCESS, now=NOON).taken[0]
            assert (found.record.text, found.signals["similarity"]) == (text, pytest.approx(1, abs=1e-3))
        assert [found_first(memory, query) for query, _ in ASKED] == [SAID[number] for _, number in ASKED]
    monkeypatch.setenv("MNEME_EMBEDDER", "")
    with pytest.raises(EmbedderMismatch, match=str(multilingual)), open_memory(Settings()):
        pass
