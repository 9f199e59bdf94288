"""Every error that Mneme raises on purpose: what went wrong, and what to do about it."""


class MnemeError(RuntimeError):
    """Root of the tree; a RuntimeError, because LangGraph's server hides the message of any kind it does not know.

    Attributes:
        message: What went wrong.
        hint: What the person can do about it, or an empty string.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class InputError(MnemeError):
    """What was asked for cannot be done as it was asked."""


class StoreError(MnemeError):
    """The memory could not be opened, read or written."""


class MemoryClosed(StoreError):
    """The memory was closed, and is used by a reference that somebody kept."""

    def __init__(self) -> None:
        super().__init__("This memory was closed.", "Open it again.")


class FolderInUse(StoreError):
    """Another process has the memory folder open."""


class FolderDamaged(StoreError):
    """The files of the memory folder cannot be read."""


class EmbedderMismatch(StoreError):
    """The folder was written with another embedder than the one in use."""


class RecordRejected(StoreError):
    """A record or value cannot be stored as it is."""


class ModelError(MnemeError):
    """A judgement could not be had from the model."""


class ModelUnavailable(ModelError):
    """The model endpoint did not answer, or refused."""


class ModelAnswerUnusable(ModelError):
    """The model answered, twice, with something that does not fit what was asked."""
