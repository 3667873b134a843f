"""The envelope of a UN/EDIFACT interchange: UNB to UNZ, UNH to UNT, held to their counts.

Responsible for which messages a file holds and whether each is whole. Must not know any message.
What is broken is named with its segment; messages that are whole are kept.
"""

from dataclasses import dataclass

from node.convert.conversion import Failure, Remark
from node.convert.segments import Broken, Segment, decode, read_marks, segments


@dataclass(frozen=True, slots=True)
class Message:
    """What stands from a UNH to its UNT.

    Attributes:
        segments: without UNT.
        failures: why it cannot be used; empty when it is whole.
    """

    segments: tuple[Segment, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Interchange:
    """What one file holds.

    Attributes:
        is_test: its sender says that it is test traffic (UNB 0035).
    """

    messages: tuple[Message, ...] = ()
    failures: tuple[Failure, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_test: bool = False


def read_interchange(raw: bytes) -> Interchange:
    """Read the messages of a file; what is wrong is in the answer, nothing is raised."""
    envelope = _Envelope()
    try:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
        marks, begin = read_marks(raw)
        text, remark = decode(raw[begin:], marks)
        envelope.remarks += [remark] if remark else []
        for segment in segments(text, marks):
            envelope.add(segment)
    except Broken as broken:
        envelope.failures.append(broken.failure)
        envelope.give_up(broken.failure)
    else:
        envelope.close()
    return Interchange(
        tuple(envelope.messages), tuple(envelope.failures), tuple(envelope.remarks), envelope.is_test
    )


class _Envelope:
    """The state between segments: which of UNB, UNH, UNT and UNZ may come."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.failures: list[Failure] = []
        self.remarks: list[Remark] = []
        self.is_test = False
        self._open: list[Segment] = []
        self._groups = 0
        self._header: Segment | None = None
        self._is_closed = False

    def add(self, segment: Segment) -> None:
        if self._is_closed:
            raise Broken("convert.edifact_envelope", "nothing may follow UNZ", segment.source)
        if self._header is None:
            self._begin(segment)
        elif segment.tag == "UNZ":
            self._end(segment)
        elif segment.tag == "UNT":
            self._end_message(segment)
        elif segment.tag == "UNH":
            self._abandon("convert.edifact_envelope", "UNT is missing before the next message", segment)
            self._open = [segment]
        elif segment.tag in {"UNG", "UNE"}:
            self._groups += segment.tag == "UNG"
        elif self._open:
            self._open.append(segment)
        else:
            raise Broken("convert.edifact_envelope", "a segment outside any message", segment.source)

    def close(self) -> None:
        """Name what is missing at the end of the file."""
        if not self._is_closed:
            failure = Failure("file", "", "convert.edifact_truncated", "the file ends without UNZ")
            self.failures.append(failure)
            self.give_up(failure)

    def give_up(self, failure: Failure) -> None:
        """Fail the message in progress for a failure of the file."""
        if self._open:
            self.messages.append(Message(tuple(self._open), (failure,)))
            self._open = []

    def _begin(self, segment: Segment) -> None:
        self._header = segment
        self.is_test = segment.text(11) == "1"
        self.remarks.append(
            Remark(
                "dropped", segment.source, "", "sender, recipient, date and number of the interchange"
            )
        )

    def _end(self, segment: Segment) -> None:
        self._abandon("convert.edifact_envelope", "UNT is missing before UNZ", segment)
        self._is_closed = True
        expected = self._groups or len(self.messages)
        if segment.text(1) != str(expected):
            self._fail("convert.edifact_count", f"UNZ does not count the {expected} found", segment)
        if self._header is not None and segment.text(2) != self._header.text(5):
            self._fail("convert.edifact_envelope", "UNZ has not the number of UNB", segment)

    def _end_message(self, segment: Segment) -> None:
        if not self._open:
            raise Broken("convert.edifact_envelope", "UNT without UNH", segment.source)
        failures = []
        if segment.text(1) != str(len(self._open) + 1):
            text = f"UNT does not count the {len(self._open) + 1} segments found"
            failures.append(Failure(segment.source, "", "convert.edifact_count", text))
        if segment.text(2) != self._open[0].text(1):
            text = "UNT has not the number of UNH"
            failures.append(Failure(segment.source, "", "convert.edifact_envelope", text))
        self.messages.append(Message(tuple(self._open), tuple(failures)))
        self._open = []

    def _abandon(self, code: str, text: str, segment: Segment) -> None:
        self.give_up(Failure(segment.source, "", code, text))

    def _fail(self, code: str, text: str, segment: Segment) -> None:
        self.failures.append(Failure(segment.source, "", code, text))
