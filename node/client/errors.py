"""Errors of the client: what a node answered, or that it did not.

    ApiError
      RefusedError        the request or the document is not right; the same again gives the same answer
      UnauthorizedError   no token, or not a good one
      ForbiddenError      a good token that does not allow this
      NotFoundError       not there, or not for this system
      ConflictError       not possible as things stand
      ChangedError        the record has changed since it was read
      RateLimitedError    too fast, or too much at once
      UnavailableError    the node's own trouble
      UnansweredError     no answer came; what was asked may have been done
      UnreadableError     an answer that is not a node's
    SignatureError        what came as a webhook is not from the node

Responsible for one form of all of them. Must not decide what is tried again (`retry`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from node.errors import NodeError


@dataclass(frozen=True, slots=True)
class Problem:
    """What a node said of an error; docs/rest.md, Errors.

    Attributes:
        status: of HTTP; 0 if there was no answer.
        code: stable, for programs.
        detail: the fact.
        hint: what to do next.
        pointer: JSON Pointer to the member at fault, or "".
        request_id: under which the node's operator finds it.
        errors: all members at fault, each with `pointer`, `code` and `detail`.
        is_foreign: it was not written by a node: a proxy answered, or nobody.
    """

    status: int
    code: str
    detail: str
    hint: str = ""
    pointer: str = ""
    request_id: str = ""
    errors: tuple[Mapping[str, str], ...] = field(default=())
    is_foreign: bool = False


class ApiError(NodeError):
    """A node refused something, or could not be asked."""

    def __init__(self, problem: Problem, *, retry_after: float | None = None) -> None:
        """Raise what a node said.

        Args:
            problem: what it said.
            retry_after: seconds for which it asked to be left alone.
        """
        super().__init__(problem.code, problem.detail, hint=problem.hint, pointer=problem.pointer)
        self.problem = problem
        self.retry_after = retry_after

    def __str__(self) -> str:
        """Say what a log should keep; it holds no word of a document."""
        at = f" at {self.pointer}" if self.pointer else ""
        asked = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.code}: {self.detail}{at}{asked}"

    @property
    def status(self) -> int:
        """The status of HTTP; 0 if there was no answer."""
        return self.problem.status

    @property
    def detail(self) -> str:
        """The fact."""
        return self.problem.detail

    @property
    def request_id(self) -> str:
        """The id under which the node's operator finds the request."""
        return self.problem.request_id

    @property
    def errors(self) -> tuple[Mapping[str, str], ...]:
        """All members at fault, where a request has several."""
        return self.problem.errors


class RefusedError(ApiError):
    """The request or the document is not right."""


class UnauthorizedError(ApiError):
    """There is no token, or not a good one."""


class ForbiddenError(ApiError):
    """The token is good, but does not allow this."""


class NotFoundError(ApiError):
    """It is not there, or not for this system."""


class ConflictError(ApiError):
    """It is not possible as things stand."""


class ChangedError(ApiError):
    """The record has changed since it was read: read it again, decide again."""


class RateLimitedError(ApiError):
    """Too fast, or too much at once."""


class UnavailableError(ApiError):
    """The node has trouble of its own."""


class UnansweredError(ApiError):
    """No answer came. Unless it says otherwise, what was asked may have been done."""


class UnreadableError(ApiError):
    """There was an answer, but not one that a node gives."""


class SignatureError(NodeError):
    """What came as a webhook was not signed by the node, or too long ago."""


_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: ChangedError,
    429: RateLimitedError,
}
_TEXTS: Final = ("code", "detail", "hint", "pointer", "request_id")
_REDIRECT, _CLIENT, _SERVER = 300, 400, 500  # RFC 9110 §15


def error_of(status: int, body: bytes, *, request_id: str, retry_after: float | None) -> ApiError | None:
    """Give the error that an answer is; None if it is none.

    Args:
        status: of HTTP.
        body: a problem document, if a node wrote it.
        request_id: of the answer's header.
        retry_after: seconds, if the answer says so.
    """
    if status < _REDIRECT:
        return None
    problem = _read_problem(status, body) or Problem(
        status,
        f"http.{status}",
        f"an answer {status} that no node wrote",
        hint="something between this program and the node answered: a proxy, another server",
        request_id=request_id,
        is_foreign=True,
    )
    return _kind_of(status)(problem, retry_after=retry_after)


def unreadable(status: int, request_id: str = "") -> UnreadableError:
    """Give the error of an answer that has another form than this program knows."""
    return UnreadableError(
        Problem(
            status,
            "answer.unreadable",
            "the answer has another form than this program knows",
            hint="use the client of the node's own version, or look at what stands between them",
            request_id=request_id,
            is_foreign=True,
        )
    )


def _kind_of(status: int) -> type[ApiError]:
    if status < _CLIENT:
        return UnreadableError
    return _BY_STATUS.get(status, RefusedError if status < _SERVER else UnavailableError)


def _read_problem(status: int, body: bytes) -> Problem | None:
    try:
        value = json.loads(body)
        code, detail, hint, pointer, request_id = (str(value[name]) for name in _TEXTS)
        faults = tuple(_fault(one) for one in value.get("errors", ()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Problem(status, code, detail, hint, pointer, request_id, faults)


def _fault(value: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: str(value[name]) for name in ("pointer", "code", "detail")}
