"""What came of one try to send a webhook.

Responsible for judging an answer, or that there was none, in words of ours. Must not send.
"""

import email.utils
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import httpx2

_OK, _REDIRECT, _BAD_REQUEST, _GONE = 200, 300, 400, 410  # RFC 9110 §15
_MAX_SECONDS: Final = 10**9  # of a Retry-After that is a number and no nonsense
_WORDS: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {
        socket.gaierror: "the name has no address",
        httpx2.ConnectTimeout: "no connection in time",
        httpx2.ConnectError: "no connection",
        TimeoutError: "no answer within {deadline_s:g} s",
        httpx2.RemoteProtocolError: "the answer is no HTTP, or it broke off",
    }
)


class Outcome(StrEnum):
    """What came of a try."""

    DELIVERED = "delivered"  # the receiver has it
    GONE = "gone"  # the receiver wants no more: disable the webhook
    RETRY = "retry"  # not now
    REFUSED = "refused"  # the target may not be reached; nothing was sent


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a try, for the delivery log.

    Attributes:
        outcome: what to do next.
        status: of HTTP; None if there was no answer.
        milliseconds: how long it took.
        retry_after_ms: for how long the receiver asked to be left alone, unbounded.
        reason: in a few words of ours, never the receiver's.
    """

    outcome: Outcome
    status: int | None
    milliseconds: int
    retry_after_ms: int | None
    reason: str


def outcome_of(status: int | None) -> Outcome:
    """Judge a status; without one there was no answer."""
    if status == _GONE:
        return Outcome.GONE
    is_taken = status is not None and _OK <= status < _REDIRECT
    return Outcome.DELIVERED if is_taken else Outcome.RETRY


def answered(status: int | None) -> str:
    """Say what was answered."""
    is_redirect = status is not None and _REDIRECT <= status < _BAD_REQUEST
    return f"answered {status}" + ("; redirects are not followed" if is_redirect else "")


def broken(error: Exception, deadline_s: float) -> str:
    """Say in a few words why there was no answer; nothing that a receiver wrote."""
    tls = _tls_cause(error) if isinstance(error, httpx2.ConnectError) else None
    if isinstance(tls, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {tls.verify_message}"
    if tls is not None:
        return f"TLS failed: {getattr(tls, 'reason', None) or 'not spoken there'}"
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words.format(deadline_s=deadline_s)
    return "the connection broke"


def _tls_cause(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def retry_after_ms(text: str, now: int) -> int | None:
    """Read a Retry-After: seconds, or a date (RFC 9110 §10.2.3); None for anything else."""
    if text.isascii() and text.isdigit():
        return min(int(text[:12]), _MAX_SECONDS) * 1000
    try:
        at = email.utils.parsedate_to_datetime(text)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(int(aware.timestamp() * 1000) - now, 0)
    except (ValueError, OverflowError):
        return None
