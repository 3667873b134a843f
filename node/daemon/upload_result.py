"""What became of an upload: a summary, and one line for each document.

Responsible for the members of both, and for their size: a file in which everything is wrong must not
become a result that is larger than the file. Must not repeat a word of what was in the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from node.convert.conversion import Remark
from node.daemon.submitter import Submitted
from node.errors import NodeError
from node.gateway.folder_documents import Contents, Piece

MOST_NOTES: Final = 20  # errors beyond the first and remarks, of one document
ROOM: Final = 50_000  # notes of a whole result

STATES: Final = ("accepted", "refused", "left")

Answer = Submitted | tuple[NodeError, ...] | None
"""What was answered to a document: accepted, refused with the reasons, or never asked for."""


@dataclass(slots=True)
class UploadResult:
    """What became of one file.

    Attributes:
        documents: one line each, in the order of the file.
        counts: of each word that a line's `state` may be.
        room: notes that there is still room for.
    """

    documents: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    room: int = ROOM

    def add(self, pieces: Iterable[Piece], answers: Iterable[Answer]) -> None:
        """Add lines."""
        for piece, answer in zip(pieces, answers, strict=True):
            line = self._line(piece, answer)
            self.counts[line["state"]] += 1
            self.documents.append(line)

    def summary(self, contents: Contents | None, error: NodeError | None) -> dict[str, Any]:
        """Give the summary.

        Args:
            contents: of the file, if it was read.
            error: why the job as a whole did not come to its end.
        """
        errors = contents.errors if contents else ()
        remarks = _told(contents.remarks) if contents else []
        return {
            **self.counts,
            "error": error_value(error) if error else None,
            "file_errors": [error_value(one) for one in errors[: MOST_NOTES + 1]],
            "file_remarks": [remark_value(one) for one in remarks[:MOST_NOTES]],
        }

    def _line(self, piece: Piece, answer: Answer) -> dict[str, Any]:
        errors = answer if isinstance(answer, tuple) else ()
        remarks = _told(piece.remarks)
        further = self._taken(errors[1:])
        shown = self._taken(remarks)
        left_out = len(errors[1:]) - len(further) + len(remarks) - len(shown)
        is_accepted = isinstance(answer, Submitted)
        return {
            "place": _clean(piece.place),
            "state": "accepted" if is_accepted else "refused" if errors else "left",
            "id": answer.id if isinstance(answer, Submitted) else None,
            "new": answer.is_new if isinstance(answer, Submitted) else None,
            "error": error_value(errors[0]) if errors else None,
            "further": [error_value(one) for one in further],
            "remarks": [remark_value(one) for one in shown],
            "left_out": left_out,
        }

    def _taken(self, notes: "Sequence[Any]") -> "Sequence[Any]":
        taken = notes[: min(MOST_NOTES, self.room)]
        self.room -= len(taken)
        return taken


def error_value(error: NodeError) -> dict[str, str]:
    """Give an error as a member of an answer."""
    return {
        "code": error.code,
        "detail": _clean(error.message),
        "hint": error.hint,
        "pointer": _clean(error.pointer),
    }


def remark_value(remark: Remark) -> dict[str, str]:
    """Give a remark as a member of an answer."""
    return {
        "concern": remark.concern,
        "source": _clean(remark.source),
        "pointer": _clean(remark.pointer),
        "text": _clean(remark.text),
    }


def _told(remarks: Sequence[Remark]) -> list[Remark]:
    """Leave out what was merely filled in: it would drown the rest, and a dry run tells it."""
    return [one for one in remarks if one.concern != "defaulted"]


def _clean(text: str) -> str:
    """Replace half a surrogate pair, as a stranger may put into the name of a member: no JSON has it."""
    return text.encode("utf-8", "replace").decode()
