"""What is tried again, when, and how often.

Responsible for never doing twice what must be done once: a request is repeated under its key, or where
repeating comes to the same, or where the node surely did nothing. Must not send, sleep or know the time.
"""

import email.utils
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final, TypeVar

from node.client.call import Answer, Broken, Call, Plan, Waiting
from node.client.errors import (
    ApiError,
    Problem,
    RateLimitedError,
    UnansweredError,
    UnavailableError,
    error_of,
    unreadable,
)

T = TypeVar("T")

Steps = Generator[Call[Any] | Waiting, Answer | Broken | None, T]
"""What a client has to do: send a call and bring its answer, or wait."""

_IN_DOUBT: Final = "request.crashed"  # the one code of a 503 that does not say that nothing was done
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient a client is.

    Attributes:
        attempts: in all, the first one counted.
        first_seconds: the longest first wait; each is twice as long as the one before.
        most_seconds: the longest of them.
        most_retry_after: for how long a node may put us off, seconds; beyond it the error is raised.
    """

    attempts: int = 6
    first_seconds: float = 0.5
    most_seconds: float = 30.0
    most_retry_after: float = 120.0

    def wait(self, attempt: int, retry_after: float | None, chance: float) -> float | None:
        """Say how long to wait after an attempt; None: it was the last.

        Args:
            attempt: how many there have been.
            retry_after: seconds that the node asked for.
            chance: 0 to 1; a wait is 50 % to 100 % of its full length, so that many clients spread.
        """
        asked = retry_after or 0.0
        if attempt >= self.attempts or asked > self.most_retry_after:
            return None
        return max(asked, self.pause(attempt, chance))

    def pause(self, attempt: int, chance: float) -> float:
        """Give the wait after an attempt, whatever the number of attempts."""
        full = min(self.first_seconds * 2.0 ** min(attempt - 1, 32), self.most_seconds)
        return full * (_HALF + _HALF * chance)


@dataclass(frozen=True, slots=True)
class Luck:
    """What the world brings.

    Attributes:
        chance: gives a number from 0 to 1.
        clock: gives the time, seconds since 1970: for a Retry-After that is a date.
    """

    chance: Callable[[], float]
    clock: Callable[[], float]


def follow(described: Call[T] | Plan[T], retry: Retry, luck: Luck) -> Steps[T]:
    """Do a call or a plan of several; the first error that stays ends it."""
    if isinstance(described, Call):
        return (yield from _attempts(described, retry, luck))
    value: Any = None
    while True:
        try:
            step = described.send(value)
        except StopIteration as end:
            found: T = end.value
            return found
        value = (yield from _attempts(step, retry, luck)) if isinstance(step, Call) else (yield step)


def outcome_of(answer: Answer | Broken | None, luck: Luck) -> Answer | ApiError:
    """Give an answer that is good, or the error that it is."""
    if not isinstance(answer, Answer):
        reason = answer.reason if answer else "nothing was sent"
        done = "it may have been done" if answer and answer.was_sent else "nothing was done"
        problem = Problem(0, "node.unanswered", f"{reason}; {done}", is_foreign=True)
        return UnansweredError(problem)
    failure = error_of(
        answer.status,
        answer.body,
        request_id=answer.headers.get("x-request-id", ""),
        retry_after=seconds_of(answer.headers.get("retry-after", ""), luck.clock),
    )
    return failure or answer


def seconds_of(text: str, clock: Callable[[], float]) -> float | None:
    """Read a Retry-After: seconds, or a date (RFC 9110 §10.2.3); None for anything else."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = email.utils.parsedate_to_datetime(text)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(aware.timestamp() - clock(), 0.0)
    except (ValueError, OverflowError):
        return None


def _attempts(call: Call[T], retry: Retry, luck: Luck) -> Steps[T]:
    """Send a call until it is answered, or the patience is at its end."""
    attempt = 0
    while True:
        attempt += 1
        answer = yield call
        outcome = outcome_of(answer, luck)
        if isinstance(outcome, Answer):
            return _read(call, outcome)
        if not may_repeat(call, outcome, answer):
            raise outcome
        seconds = retry.wait(attempt, outcome.retry_after, luck.chance())
        if seconds is None:
            raise outcome
        yield Waiting(seconds)


def may_repeat(call: Call[Any], failure: ApiError, answer: Answer | Broken | None) -> bool:
    """Say whether sending a call again can help, and does no harm."""
    if isinstance(failure, RateLimitedError):
        return True
    if isinstance(answer, Broken):
        return not answer.is_final and (call.repeatable or not answer.was_sent)
    if isinstance(failure, UnavailableError):
        is_undone = not failure.problem.is_foreign and failure.code != _IN_DOUBT
        return call.repeatable or is_undone
    return False


def _read(call: Call[T], answer: Answer) -> T:
    try:
        return call.read(answer)
    except ValueError as error:
        raise unreadable(answer.status, answer.headers.get("x-request-id", "")) from error
