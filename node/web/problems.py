"""Errors as problem documents: one form for everything that goes wrong.

Responsible for which status an error has, and for RFC 9457. Must not hide a fault of the program: what
nobody foresaw is a 500 that names its request, and the log says what it was.

Source: RFC 9457; RFC 6901 for pointers.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from node.errors import CallerError, NodeError, OperatorError
from node.web.request_id import id_of
from node.web.routes import methods_at

MEDIA_TYPE: Final = "application/problem+json"
TYPE_BASE: Final = "/docs/problems/"
RETRY_SECONDS: Final = 5  # after a fault of our own machine


class Fault(BaseModel):
    """One member at fault."""

    model_config = ConfigDict(extra="forbid")

    pointer: str = Field(description="JSON Pointer into the body, or the name of a parameter")
    code: str
    detail: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="where the code is explained, on this node")
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="the fact")
    instance: str = Field(description="the path that was asked for")
    code: str = Field(description="stable, for machines")
    hint: str = Field(description="what to do next; may be empty")
    pointer: str = Field(description="JSON Pointer to the member at fault; may be empty")
    request_id: str
    errors: list[Fault] = []


_EXACT: Final[Mapping[str, int]] = {
    "access.figures": 403,
    "access.followed": 403,
    "access.owner_only": 403,
    "access.scope": 403,
    "access.type": 403,
    "access.unit": 403,
    "system.disabled": 403,
    "request.malformed": 400,
    "request.oversize": 413,
    "request.media_type": 415,
    "rate.exceeded": 429,
    "streams.exceeded": 429,
    "precondition.missing": 428,
    "precondition.failed": 412,
    "idempotency.key_missing": 400,
    "idempotency.key_malformed": 400,
    "cursor.invalid": 400,
    "job.too_many": 429,
    "job.unfinished": 409,
    "token.absent": 404,
    "token.lifetime": 422,
    "agreement.absent": 404,
    "agreement.ambiguous": 409,
    "conversation.ambiguous": 409,
    "message.ambiguous": 409,
    "message.ours": 409,
    "message.refused_here": 409,
    "message.unsigned": 409,
    "attachment.awaited": 409,
    "attachment.elsewhere": 409,
    "method.not_allowed": 405,
}
_PATTERNS: Final = (
    (re.compile(r"token\..*"), 401),
    (re.compile(r".*\.unknown"), 404),
    (re.compile(r".*\.(exists|taken|decided|ended)"), 409),
)
_OF_A_DOCUMENT: Final = frozenset({"agreement.unknown", "sender.unknown", "key.unknown"})
"""Refusals of a document: they say that it may not go, not that something was not found."""


def status_of(error: NodeError) -> int:
    """Give the status of an error: by whose fault it is, then by its code."""
    if isinstance(error, OperatorError):
        return 503
    if error.code in _EXACT:
        return _EXACT[error.code]
    if error.code not in _OF_A_DOCUMENT:
        for pattern, status in _PATTERNS:
            if pattern.fullmatch(error.code):
                return status
    return 422


def problem(request: Request, error: NodeError, *, errors: Iterable[Fault] = ()) -> Response:
    """Write an error as a problem document."""
    status = status_of(error)
    body = Problem(
        type=TYPE_BASE + error.code,
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.message,
        instance=request.url.path,
        code=error.code,
        hint=error.hint,
        pointer=error.pointer,
        request_id=id_of(request),
        errors=list(errors),
    )
    headers = {"Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = f'Bearer error="invalid_token", error_description="{error.code}"'
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        headers["Retry-After"] = str(getattr(error, "retry_after", RETRY_SECONDS))
    return Response(body.model_dump_json(), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error that a route raises become a problem document."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, NodeError):
            if isinstance(error, OperatorError):
                structlog.get_logger().error(
                    "request.failed", code=error.code, fact=error.message, request_id=id_of(request)
                )
            return problem(request, error)
        if isinstance(error, RequestValidationError):
            return _invalid(request, error)
        if isinstance(error, HTTPException):
            answered = problem(request, _of_http(error))
            if answered.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                # The framework knows the methods of one route only; a path may have several.
                answered.headers["Allow"] = ", ".join(methods_at(request.app, request.url.path))
            return answered
        raise error

    for kind in (NodeError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


def crashed(request: Request, error: Exception) -> Response:
    """Write a problem document for what nobody foresaw, and say so in the operator's log."""
    structlog.get_logger().error(
        "request.crashed", reason=type(error).__name__, request_id=id_of(request), path=request.url.path
    )
    fault = OperatorError(
        "request.crashed",
        "this request met a fault of the program",
        hint="repeat it under the same key; report the request id if it happens again",
    )
    return problem(request, fault)


def _of_http(error: HTTPException) -> NodeError:
    """Name what the framework, or the guard before every route, refused by itself."""
    if error.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        fact = "the node holds as much of requests as it can"
        return OperatorError("node.busy", fact, hint="come again a little later, under the same key")
    named = {
        404: ("route.unknown", "there is nothing at this path", "/api/openapi.json lists every path"),
        405: ("method.not_allowed", "this path does not take this method", "see /api/openapi.json"),
        408: ("request.malformed", "the body did not come in time", "docs/rest.md, Limits"),
        413: ("request.oversize", "the body is larger than this path takes", "docs/rest.md, Limits"),
    }
    fallback = ("request.malformed", "the request cannot be read", "see /api/openapi.json")
    code, fact, hint = named.get(error.status_code, fallback)
    return CallerError(code, fact, hint=hint)


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """Name every parameter and member at fault; what was sent is not repeated."""
    faults = [_fault(each) for each in error.errors()]
    first = faults[0]
    whole = CallerError(
        "request.invalid",
        f"{first.pointer}: {first.detail}",
        hint="errors lists every member at fault; /api/openapi.json says what is expected",
        pointer=first.pointer if first.pointer.startswith("/") else "",
    )
    return problem(request, whole, errors=faults)


def _fault(error: Mapping[str, Any]) -> Fault:
    where, *path = [str(part) for part in error["loc"]]
    escaped = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
    pointer = escaped if where == "body" else f"{where} {'.'.join(path)}".rstrip()
    return Fault(pointer=pointer, code=str(error["type"]), detail=str(error["msg"]))
