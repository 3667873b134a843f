"""Server-sent events, read from pieces that end anywhere.

Responsible for the form alone. Must not open a stream, nor know what an event says.

Source: HTML Living Standard §9.2.6.
"""

from dataclasses import dataclass
from typing import Final

MAX_LINE_BYTES: Final = 4_194_304  # 4 MiB: far more than an event has; no stream may fill the memory


@dataclass(frozen=True, slots=True)
class Told:
    """One event, or a comment.

    Attributes:
        id: as the stream gave it; "" if it gave none.
        data: its lines, joined; of a comment its text.
        is_comment: a sign of life that no page would see.
    """

    id: str
    data: str
    is_comment: bool = False


class Reader:
    """Reads a stream piece by piece; what a stream that broke off left unfinished is never told."""

    def __init__(self) -> None:
        """Begin before the first byte.

        Attributes:
            retry_ms: how long the server wants a reader to wait before it comes again.
        """
        self.retry_ms: int | None = None
        self._rest = b""
        self._id = ""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> list[Told]:
        """Take a piece; gives the events and comments that it completes.

        Raises:
            ValueError: it is no such stream.
        """
        self._rest += piece
        found = []
        while (line := self._next_line()) is not None:
            told = self._take(line.decode())
            if told is not None:
                found.append(told)
        if len(self._rest) > MAX_LINE_BYTES:
            raise ValueError("a line is too long for an event")
        return found

    def _next_line(self) -> bytes | None:
        """Cut a line off; a carriage return at the very end may still be half of a line's end."""
        ends = [at for at in (self._rest.find(b"\n"), self._rest.find(b"\r")) if at >= 0]
        if not ends:
            return None
        at = min(ends)
        is_return = self._rest[at : at + 1] == b"\r"
        if is_return and at + 1 == len(self._rest):
            return None
        line = self._rest[:at]
        self._rest = self._rest[at + (2 if self._rest[at : at + 2] == b"\r\n" else 1) :]
        return line

    def _take(self, line: str) -> Told | None:
        if not line:
            return self._complete()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            return Told("", value, is_comment=True)
        if name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_ms = int(value[:9])
        return None

    def _complete(self) -> Told | None:
        data, self._data = self._data, []
        return Told(self._id, "\n".join(data)) if data else None
