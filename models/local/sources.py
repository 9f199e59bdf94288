"""What an answer may quote: the notes, the recalled memories, and the window."""

from dataclasses import replace

from models.local.evidence import Source
from models.local.questions import same_person
from models.mind import AnswerRequest, Memory


def sources_of(request: AnswerRequest) -> list[Source]:
    """What this attempt may quote, oldest first, each text once: the notes, the recalled memories, the window."""
    recalled = [source for memory in request.memories if not memory.planned for source in from_memory(memory, request)]
    spoken = [one for one in (*request.earlier, *request.window) if one.origin == "said"]  # an answer that quotes is not quoted again
    window = [Source(one.record_id, one.text, name_of(one.speaker), one.role, one.said_at, 0.5, 0.5) for one in spoken]
    notes = [from_note(note, request.snapshot_id, request) for note in request.scratchpad]
    known = {source.text for source in recalled}
    fresh = [source for source in window if source.text not in known]
    whole = " ".join((*known, *(source.text for source in window)))
    return [note for note in notes if note.text not in whole] + recalled + fresh


def from_memory(memory: Memory, request: AnswerRequest) -> list[Source]:
    """A memory, or each note of a snapshot."""
    if memory.kind != "snapshot":
        return [Source(memory.id, memory.text, name_of(memory.speaker), memory.role, memory.said_at, memory.score, memory.similarity)]
    notes = [from_note(line, memory.id, request) for line in memory.text.splitlines() if line.strip()]
    return [replace(note, score=memory.score, similarity=memory.similarity) for note in notes]


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
