"""Files that follow a message: what a chunk means to the recipient, and how each file ends.

Responsible for judging one chunk against what the accepted document declares, and for the steps that
end a file: here, refused, given up; at the sender, for asking first whether it is at hand. Must not hold
a file or decide when to send.

Nothing is held against a file for a chunk that does not open: only those who hold the message's salt
can make one that does, but whoever reaches the queue can put rubbish there.

Source: schemas/README.md §4 and §5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from node.audit.event import Kind, write_entry
from node.envelope.chunking import Chunk, FileKey, chunk_count, open_chunk
from node.errors import CallerError, PeerError, Refusal
from node.limits import CHUNK_BYTES
from node.message.attachment import Enclosure
from node.transfer.lifecycle import AbandonedFile, ReceivedFile, Transition

ATTACHMENT_ABSENT: Final = "attachment.absent"

Holds = Callable[[str, int], bool]
"""Says whether a file of this SHA-256 and size is here, to follow a message."""


def holds_nothing(_sha256: str, _size_bytes: int) -> bool:
    """Say of every file that it is not here: a sender without files."""
    return False


def check_held(files: Iterable[Enclosure], holds: Holds) -> None:
    """Refuse a document that promises a file which could not follow it.

    Raises:
        CallerError: `attachment.absent`.
    """
    for file in files:
        if not holds(file.sha256, file.size_bytes):
            raise CallerError(
                ATTACHMENT_ABSENT,
                f"attachment {file.number} has no uri, and no file of this hash and size is here",
                hint="'sarbon attach FILE' brings it in and prints its description",
                pointer=file.pointer,
            )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that an accepted message declares.

    Attributes:
        sha256: hexadecimal.
        key: opens its chunks.
    """

    originator: str
    id: str
    number: int
    sha256: str
    size_bytes: int
    key: FileKey

    @property
    def place(self) -> tuple[str, str, int]:
        """By what the file is known here: originator, message id, number."""
        return self.originator, self.id, self.number


def next_chunk(held_bytes: int) -> int:
    """Say which chunk continues a file of which so many bytes are here, in whole chunks."""
    return held_bytes // CHUNK_BYTES


def unfold(chunk: Chunk, wanted: Wanted) -> bytes:
    """Open a chunk and hold its length and its flag against the declared size.

    Raises:
        PeerError: `envelope.unopened`: it is not of this file, whoever made it;
            `attachment.mismatch`: it is, and the file is not as long as declared.
    """
    piece = open_chunk(wanted.key, chunk)
    start = chunk.index * CHUNK_BYTES
    is_last = chunk.index == chunk_count(wanted.size_bytes) - 1
    length = wanted.size_bytes - start if is_last else CHUNK_BYTES
    if chunk.is_last != is_last or len(piece) != length:
        raise PeerError(
            Refusal.ATTACHMENT_MISMATCH, f"not the {wanted.size_bytes} bytes that are declared"
        )
    return piece


def receive_file(wanted: Wanted, *, log: str, now: int, error: PeerError | None = None) -> Transition:
    """Record that a file is here, or why it was refused; the entry goes back as the receipt."""
    entry = write_entry(
        Kind.ATTACHMENT_RECEIVED,
        at=now,
        log=log,
        from_=wanted.originator,
        re=wanted.id,
        number=wanted.number,
        status="refused" if error else "accepted",
        code=error and error.code,
    )
    code = error.code if error else None
    change = ReceivedFile(wanted.originator, wanted.id, wanted.number, wanted.size_bytes, code)
    return Transition(entry=entry, change=change, due_to=wanted.originator)


def abandon_file(message_id: str, number: int, *, peer: str, log: str, now: int) -> Transition:
    """Record that we no longer try to bring a file to a peer."""
    entry = write_entry(
        Kind.ATTACHMENT_ABANDONED, at=now, log=log, re=message_id, to=peer, number=number
    )
    return Transition(entry=entry, change=AbandonedFile(message_id, peer, number))
