"""The formats a conversation can be imported from, by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from stores.errors import InputError
from stores.histories import chatgpt, locomo, longmemeval, mneme, realmem, slack, telegram, whatsapp
from stores.histories.files import not_in_format
from stores.histories.history import AS_THE_FILE_SAYS, History, ReadOptions

Reader = Callable[[Path, ReadOptions], Iterable[History]]

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        mneme.FORMAT: mneme.read,
        realmem.FORMAT: realmem.read,
        locomo.FORMAT: locomo.read,
        longmemeval.FORMAT: longmemeval.read,
        whatsapp.FORMAT: whatsapp.read,
        telegram.FORMAT: telegram.read,
        slack.FORMAT: slack.read,
        chatgpt.FORMAT: chatgpt.read,
    }
)
FOLDERS = (longmemeval.FORMAT, whatsapp.FORMAT, telegram.FORMAT, slack.FORMAT, chatgpt.FORMAT)


def reader_of(name: str) -> Reader:
    """The reader of a format.

    Raises:
        InputError: When there is none of this name.
    """
    if name not in READERS:
        raise InputError(f"There is no format {name!r}.", f"The formats are: {', '.join(READERS)}.")
    return READERS[name]


def read_histories(path: Path, name: str, options: ReadOptions = AS_THE_FILE_SAYS) -> Iterator[History]:
    """The histories of a file in the format of this name, one at a time.

    What can be known before the first is read is checked at once; the rest while they are read.

    Raises:
        InputError: When there is no such format or file, the file is not of this format, or it does not hold what `options` ask for.
    """
    reader = reader_of(name)
    if not path.exists():
        raise InputError(f"There is no file {path}.", "Check the name.")
    if path.is_dir() and name not in FOLDERS:
        raise not_in_format(path, name, "it is a folder", f"A {name} history is one file.")
    return iter(reader(path, options))
