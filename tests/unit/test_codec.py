import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.codec import Plain, Sealed, codec_of
from stores.errors import FolderDamaged, InputError
from stores.keys import KEY_BYTES, Key, key_from, new_key, write_key

KEY = Key(bytes(range(KEY_BYTES)))
CODEC = Sealed(KEY)
ANY_TEXT = st.text(st.characters())  # lone surrogates too


@given(ANY_TEXT)
def test_what_is_sealed_comes_back_and_nothing_of_it_is_seen(text: str) -> None:
    written = CODEC.encode(text)
    assert CODEC.decode(written) == text
    assert written.startswith("sealed1:")
    assert written.isascii()
    assert CODEC.encode(text) != written


@given(st.text(min_size=1), st.data())
def test_a_changed_byte_is_found_and_never_becomes_other_words(text: str, data: st.DataObject) -> None:
    sealed = bytearray(KEY.seal(text.encode()))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(FolderDamaged, match="damaged, or was sealed with another key"):
        CODEC.decode("sealed1:" + base64.b64encode(sealed).decode())


@given(st.one_of(ANY_TEXT, ANY_TEXT.map("sealed1:".__add__)))
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(FolderDamaged):
        CODEC.decode(text)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(FolderDamaged, match="another key"):
        Sealed(Key(bytes(KEY_BYTES))).decode(CODEC.encode("plum cake"))


def test_without_a_key_text_is_written_as_it_is_after_its_checksum() -> None:
    assert isinstance(codec_of(None), Plain)
    assert codec_of(None).encode("plum cake") == "814270c2plum cake"
    assert isinstance(codec_of(KEY), Sealed)


@given(ANY_TEXT, ANY_TEXT)
def test_plain_text_comes_back_and_changed_text_never_does(text: str, other: str) -> None:
    written = Plain().encode(text)
    assert Plain().decode(written) == text
    if text != other:
        with pytest.raises(FolderDamaged):
            Plain().decode(written[:8] + other)


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_a_key_is_read_in_either_base64_alphabet(secret: bytes) -> None:
    written = Sealed(Key(secret)).encode("plum cake")
    for text in (base64.b64encode(secret).decode(), base64.urlsafe_b64encode(secret).decode() + "\n"):
        key = key_from(text, None)
        assert key
        assert Sealed(key).decode(written) == "plum cake"


@given(
    st.one_of(
        st.text(min_size=1),
        st.binary(min_size=1, max_size=80).filter(lambda raw: len(raw) != KEY_BYTES).map(base64.b64encode).map(bytes.decode),
    )
)
def test_what_is_no_key_is_refused_with_the_command_that_makes_one_and_not_shown(text: str) -> None:
    with pytest.raises(InputError, match="MNEME_KEY holds no key") as refused:
        key_from(text, None)
    assert "mneme key" in refused.value.hint
    assert len(text) < 8 or text not in str(refused.value)


def test_the_key_file_and_the_variable_may_agree_but_not_differ(tmp_path: Path) -> None:
    file, text = tmp_path / "key", new_key()
    file.write_text(text + "\n")
    both = key_from(text, file)
    alone = key_from("", file)
    assert both
    assert alone
    assert Sealed(both).decode(Sealed(alone).encode("plum cake")) == "plum cake"
    with pytest.raises(InputError, match="different keys"):
        key_from(new_key(), file)
    assert key_from("", None) is None


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_key(file)
    made = file.read_text()
    assert key_from(made, file)
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InputError, match="there already"):
        write_key(file)
    assert file.read_text() == made
    with pytest.raises(InputError, match="cannot be written"):
        write_key(tmp_path / "nowhere" / "key")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"c2hvcnQ="])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputError, match="key"):
        key_from("", tmp_path / "key")
    with pytest.raises(InputError, match="cannot be read"):
        key_from("", tmp_path / "nowhere")


def test_keys_are_new_each_time_and_never_shown() -> None:
    text = new_key()
    key = key_from(text, None)
    assert len(base64.b64decode(text)) == KEY_BYTES
    assert text != new_key()
    assert text not in repr(key) + str(key) + repr(Sealed(Key(base64.b64decode(text))))
