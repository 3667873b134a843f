"""Answers of routes: a model as JSON with a strong ETag, and conditions on it.

Responsible for ETag, If-None-Match and If-Match. Must not know what is answered.

Source: RFC 9110 §8.8.3, §13.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from node.canonical import b64u
from node.errors import CallerError

JSON: Final = "application/json"
_TAG_BYTES: Final = 18


def reply(
    request: Request,
    value: BaseModel,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a model; 304 without a body if the caller holds just this already."""
    return reply_bytes(request, _written(value), JSON, status=status, headers=headers)


def reply_bytes(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with bytes, as `reply`."""
    tag = _tag(body)
    marked = {**(headers or {}), "ETag": tag}
    if request.method in ("GET", "HEAD") and tag in _tags(request, "if-none-match"):
        return Response(status_code=304, headers=marked)
    return Response(body, status, marked, media_type)


def check_match(request: Request, current: BaseModel) -> None:
    """Refuse an action on something that is no longer as the caller saw it.

    Raises:
        CallerError: `precondition.missing` or `precondition.failed`.
    """
    asked = _tags(request, "if-match")
    if not asked:
        raise CallerError(
            "precondition.missing",
            "this action needs the header If-Match",
            hint="send the ETag of the answer on which you decided",
        )
    if "*" not in asked and etag_of(current) not in asked:
        raise CallerError(
            "precondition.failed",
            "this has changed since you read it",
            hint="read it again, decide again, send its new ETag",
        )


def etag_of(value: BaseModel) -> str:
    """Give the strong ETag of a model as `reply` writes it."""
    return _tag(_written(value))


def _written(value: BaseModel) -> bytes:
    return value.model_dump_json().encode()


def _tag(body: bytes) -> str:
    return f'"{b64u(hashlib.sha256(body).digest()[:_TAG_BYTES])}"'


def _tags(request: Request, header: str) -> list[str]:
    return [tag.strip() for tag in request.headers.get(header, "").split(",") if tag.strip()]
