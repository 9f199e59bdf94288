"""What an answer may quote: the notes, the recalled memories, and the window."""

from collections.abc import Iterable
from dataclasses import replace

from models.local.evidence import Source
from models.local.questions import same_person
from models.local.sentences import sentences
from models.mind import AnswerRequest, Memory


def sources_of(request: AnswerRequest) -> list[Source]:
    """What this attempt may quote, each text once: the notes, then, oldest first, the recalled memories and the window.

    Of a note that repeats what a message says, the message is quoted: it has a date.
    """
    recalled = [from_memory(one) for one in request.memories if not one.planned and one.kind != "snapshot"]
    spoken = [one for one in (*request.earlier, *request.window) if one.origin == "said"]  # an answer that quotes is not quoted again
    window = [Source(one.record_id, one.text, name_of(one.speaker), one.role, one.said_at, 0.5, 0.5) for one in spoken]
    known = {source.text for source in recalled}
    fresh = [source for source in window if source.text not in known]
    whole = " ".join((*known, *(source.text for source in window)))
    notes = {note.text: note for note in (*notes_at_hand(request), *notes_recalled(request)) if note.text not in whole}
    return [*notes.values(), *recalled, *fresh]


def from_memory(memory: Memory) -> Source:
    """A memory as it was said."""
    return Source(memory.id, memory.text, name_of(memory.speaker), memory.role, memory.said_at, memory.score, memory.similarity)


def notes_at_hand(request: AnswerRequest) -> list[Source]:
    """The notes of the thread."""
    return [from_note(note, request.snapshot_id, request) for note in request.scratchpad]


def notes_recalled(request: AnswerRequest) -> list[Source]:
    """Each note of the snapshots that were recalled."""
    return [
        replace(from_note(line, memory.id, request), score=memory.score, similarity=memory.similarity)
        for memory in request.memories
        if memory.kind == "snapshot"
        for line in memory.text.splitlines()
        if line.strip()
    ]


def name_of(speaker: str) -> str:
    """The speaker's name, or an empty string where only the role is given for one."""
    return "" if speaker.lower() in ("user", "assistant") else speaker


def from_note(note: str, snapshot_id: str, request: AnswerRequest) -> Source:
    """A note of a snapshot; it reads `Speaker: words`."""
    speaker, mark, text = note.partition(": ")
    if not mark or len(speaker) > 60:
        speaker, text = request.user_name, note
    role = "assistant" if same_person(speaker, request.character.name) else "user"
    return Source(snapshot_id, text, speaker, role, None, 0.4, 0.4)


def is_own(source: Source, user_name: str) -> bool:
    """Whether the user said it, as far as names tell: in a group others speak in the same role."""
    return source.role == "user" and (not source.speaker or not user_name or same_person(source.speaker, user_name))


def own_sentences(sources: Iterable[Source], user_name: str) -> list[tuple[str, Source]]:
    """Each sentence that the user said, and where it stands."""
    return [(part, source) for source in sources if is_own(source, user_name) for part in sentences(source.text)]
