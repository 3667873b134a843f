"""What became of a dropped file: the result that lies beside it.

Responsible for the members of the result file. Must not touch the disk, and must not repeat a word of
what was in the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from node.convert.conversion import Remark
from node.errors import NodeError
from node.gateway.folder_documents import Contents, Piece
from node.gateway.local import describe

MAX_RESULT_BYTES: Final = 64 * 1_048_576  # 64 MiB: a result that is read back is one that we wrote
_MOST_FURTHER: Final = 100  # errors of one document beyond the first


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a document that is on its way.

    Attributes:
        id: message id.
        is_new: False if the same had been asked for before; then nothing happened now.
    """

    id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file.

    Attributes:
        ticket: under which the file was taken up; tells our result from another's after a crash.
        contents: what it held; without pieces if it was not read.
        answers: one for each piece, in their order.
        finished_at: Unix ms.
    """

    ticket: str
    contents: Contents
    answers: tuple[Accepted | tuple[NodeError, ...], ...]
    finished_at: int

    @property
    def accepted(self) -> int:
        """How many documents were accepted."""
        return sum(isinstance(answer, Accepted) for answer in self.answers)

    @property
    def is_done(self) -> bool:
        """Say whether everything in the file was accepted."""
        return not self.contents.errors and self.accepted == len(self.answers)

    def write(self, name: str) -> bytes:
        """Write the result of the file of that name as JSON."""
        at = datetime.fromtimestamp(self.finished_at / 1000, UTC)
        value: dict[str, Any] = {
            "file": name,
            "status": "done" if self.is_done else "failed",
            "accepted": self.accepted,
            "refused": len(self.answers) - self.accepted,
            "finished_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "sha256": self.contents.sha256 or None,
            "ticket": self.ticket,
            **_errors(self.contents.errors),
            **_remarks(self.contents.remarks),
            "documents": list(map(_document, self.contents.pieces, self.answers)),
        }
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_ticket(raw: bytes) -> str | None:
    """Give the ticket in a result; None for anything that is no result."""
    try:
        value = orjson.loads(raw)
    except ValueError:
        return None
    ticket = value.get("ticket") if isinstance(value, dict) else None
    return ticket if isinstance(ticket, str) else None


def _document(piece: Piece, answer: Accepted | tuple[NodeError, ...]) -> dict[str, Any]:
    value: dict[str, Any] = {"place": piece.place}
    if isinstance(answer, Accepted):
        value |= {"status": "accepted", "id": answer.id, "new": answer.is_new}
    else:
        value |= {"status": "refused", **_errors(answer)}
    return value | _remarks(piece.remarks)


def _errors(errors: Sequence[NodeError]) -> dict[str, Any]:
    """Give the first error, and the further ones where there are any."""
    if not errors:
        return {}
    further = [describe(error) for error in errors[1 : _MOST_FURTHER + 1]]
    return {"error": describe(errors[0])} | ({"further": further} if further else {})


def _remarks(remarks: Sequence[Remark]) -> dict[str, Any]:
    """Give what a conversion dropped or doubts; what it merely filled in would drown them."""
    shown = [
        {"concern": one.concern, "source": one.source, "pointer": one.pointer, "text": one.text}
        for one in remarks
        if one.concern != "defaulted"
    ]
    return {"remarks": shown} if shown else {}
