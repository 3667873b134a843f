"""Following events: where a reader is, and what it does next, whatever breaks.

Responsible for each event once and in order, for the position from which a reader goes on, and for
falling back to the long poll where streams do not come through. Must not send or wait: a client does.

A position counts when the reader has asked for what follows: then it is done with what it was given.
Who keeps it and comes again after a crash is told everything since, and the event it was at once more.
"""

from collections.abc import Callable, Sequence
from typing import Final

from node.client.call import Answer, Broken, Call
from node.client.calls.events import STREAM, event_page, event_stream
from node.client.errors import (
    ApiError,
    RateLimitedError,
    UnansweredError,
    UnavailableError,
    unreadable,
)
from node.client.models.base import read_model
from node.client.models.events import CloudEvent, EventPage
from node.client.retry import Luck, Retry, outcome_of
from node.client.stream import Reader

QUIET_SECONDS: Final = 45.0  # a stream gives a sign of life every 15 s: after this it is dead
WAIT_SECONDS: Final = 30.0  # of one long poll
_OK: Final = 200
_SILENT_STREAMS: Final = 2  # that opened and gave nothing: something in between keeps them back

Item = tuple[int, CloudEvent | None]
"""A position, and the event there; None where it was only looked."""


class Following:
    """One reader of events.

    Attributes:
        position: of the last event that it is done with.
        is_streaming: by a stream; else by the long poll.
        is_over: all that there was has been told; only of a reader that does not wait for more.
    """

    def __init__(
        self,
        *,
        after: int,
        kinds: Sequence[str],
        is_endless: bool,
        on_position: Callable[[int], None] | None,
        retry: Retry,
    ) -> None:
        """Begin after a position."""
        self.position = after
        self.is_streaming = is_endless
        self.is_over = False
        self._given = after  # the last that was handed over
        self._kinds, self._is_endless, self._on_position = tuple(kinds), is_endless, on_position
        self._retry = retry
        self._reader = Reader()
        self._failures = self._silent = 0
        self._was_told = False

    def call(self) -> Call[None] | Call[EventPage]:
        """Say what to ask for next; what was handed over and not done with is told again."""
        self._given = self.position
        if self.is_streaming:
            self._reader, self._was_told = Reader(), False
            return event_stream(after=self.position, kinds=self._kinds)
        wait = WAIT_SECONDS if self._is_endless else None
        return event_page(after=self.position, kinds=self._kinds, wait=wait)

    def is_stream(self, answer: Answer) -> bool:
        """Say whether an answer is a stream; if not, it is read whole and given to `pause`."""
        media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return answer.status == _OK and media == STREAM

    def take(self, piece: bytes) -> list[Item]:
        """Take a piece of a stream; gives what it completes.

        Raises:
            UnreadableError: it is no stream of events.
        """
        self._was_told, self._failures, self._silent = True, 0, 0
        items = list[Item]()
        try:
            for told in self._reader.feed(piece):
                if not told.is_comment:
                    items += self._new(read_model(CloudEvent, told.data.encode()))
                elif told.data.isascii() and told.data.isdigit():
                    items += self._looked(int(told.data[:16]))
        except ValueError as error:
            raise unreadable(_OK) from error
        return items

    def take_page(self, answer: Answer) -> list[Item]:
        """Take the answer of a poll.

        Raises:
            UnreadableError: it is another one.
        """
        try:
            page = read_model(EventPage, answer.body)
        except ValueError as error:
            raise unreadable(_OK) from error
        self._failures = 0
        self.is_over = not self._is_endless and not page.events and page.position <= self.position
        items = [item for event in page.events for item in self._new(event)]
        return items + self._looked(page.position)

    def done(self, position: int) -> None:
        """Go on after a position; the reader is done with what was there."""
        self.position = position
        if self._on_position is not None:
            self._on_position(position)

    def pause(self, answer: Answer | Broken | None, luck: Luck) -> float:
        """Say how long to wait after a stream has ended, or an answer that was none.

        Args:
            answer: what came instead of events; None: the stream ended in order.
            luck: of the client.

        Raises:
            ApiError: it would be the same again.
        """
        outcome = None if answer is None else outcome_of(answer, luck)
        if isinstance(outcome, Answer):  # good, but no events
            if not self.is_streaming:
                raise unreadable(outcome.status)
            self.is_streaming = False  # whatever answered does not know streams
            return 0.0
        asked = self._asked(answer, outcome)
        if self.is_streaming and not self._was_told and (answer is None or _was_sent(answer)):
            self._silent += 1
            self.is_streaming = self._silent < _SILENT_STREAMS
        self._failures += 1
        return max(asked, self._retry.pause(self._failures, luck.chance()))

    def _asked(self, answer: Answer | Broken | None, failure: ApiError | None) -> float:
        """Give the seconds that the node asked for; raise what would be the same again."""
        if failure is None or (isinstance(answer, Broken) and self._was_told):
            return min((self._reader.retry_ms or 0) / 1000, self._retry.most_seconds)
        is_passing = isinstance(failure, RateLimitedError | UnavailableError | UnansweredError)
        is_final = isinstance(answer, Broken) and answer.is_final
        is_enough = not self._is_endless and self._failures + 1 >= self._retry.attempts
        if is_final or is_enough or not is_passing:
            raise failure
        return min(failure.retry_after or 0.0, self._retry.most_retry_after)

    def _new(self, event: CloudEvent) -> list[Item]:
        """Give an event if it was not handed over before."""
        number = int(event.sequence)
        if number <= self._given:
            return []
        self._given = number
        return [(number, event)]

    def _looked(self, position: int) -> list[Item]:
        if position <= self._given:
            return []
        self._given = position
        return [(position, None)]


def _was_sent(answer: Answer | Broken) -> bool:
    return isinstance(answer, Broken) and answer.was_sent
