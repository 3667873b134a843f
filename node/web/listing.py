"""Lists: a page of items with a cursor to the next, as JSON or as CSV.

Responsible for cursors that cannot be forged, nor taken to another list or filter, and for CSV that no
spreadsheet runs as a formula. Must not read anything.
"""

import csv
import hashlib
import hmac
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Generic, TypeVar

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from node.canonical import b64u, un_b64u
from node.errors import CallerError, PeerError, Refusal
from node.web.replies import reply, reply_bytes
from node.web.world import world_of

CSV: Final = "text/csv; charset=utf-8"
MAX_LIMIT: Final = 500
_TAG_BYTES: Final = 16
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

T = TypeVar("T", bound=BaseModel)
F = TypeVar("F", bound=Callable[..., Any])


class Listed(BaseModel, Generic[T]):
    """One page of a list."""

    model_config = ConfigDict(json_schema_extra={"description": "One page of a list."})

    items: list[T]
    next: str | None


def list_routes(router: APIRouter, path: str, model: type[BaseModel], **about: Any) -> Callable[[F], F]:
    """Register a list at its path, and as CSV at the same path with `.csv`."""

    def register(function: F) -> F:
        csv_about = {
            **about,
            "operation_id": f"{function.__name__}_csv",
            "response_class": Response,
            "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
        }
        router.get(f"{path}.csv", **csv_about)(function)  # first: a name in a path may end with .csv
        router.get(path, response_model=Listed[model], **about)(function)  # type: ignore[valid-type]
        return function

    return register


def listed(request: Request, items: Sequence[T], *, model: type[T], last: Any = None) -> Response:
    """Answer with a page.

    Args:
        request: it says whether JSON or CSV is wanted.
        items: of this page.
        model: of each; its members are the columns.
        last: where the next page begins, as JSON can hold it; None if this is the last page.
    """
    cursor = None if last is None else write_cursor(request, last)
    headers = {}
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    if request.url.path.endswith(".csv"):
        body = _as_csv(items, list(model.model_fields))
        return reply_bytes(request, body, CSV, headers=headers)
    return reply(request, Listed[model](items=list(items), next=cursor), headers=headers)  # type: ignore[valid-type]


def write_cursor(request: Request, last: Any) -> str:
    """Write where a next page begins, bound to this list, its filter and who asks."""
    body = orjson.dumps(last)
    return b64u(_seal(request, body) + body)


def read_cursor(request: Request, cursor: str | None) -> Any:
    """Read where a page begins; None for the first.

    Raises:
        CallerError: `cursor.invalid`.
    """
    if cursor is None:
        return None
    try:
        raw = un_b64u(cursor, code=Refusal.DOCUMENT_MALFORMED)
    except PeerError:
        raise _invalid() from None
    tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _seal(request, body)):
        raise _invalid()
    return orjson.loads(body)


def _seal(request: Request, body: bytes) -> bytes:
    """Bind a position to the list, without its format, to the filter and to the principal."""
    path = request.url.path.removesuffix(".csv")
    filters = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("cursor", "limit")
    )
    system = request.state.principal.system.id
    key = world_of(request).secret.derive("cursor")
    bound = orjson.dumps([path, filters, system]) + body
    return hmac.digest(key, bound, hashlib.sha256)[:_TAG_BYTES]


def _invalid() -> CallerError:
    return CallerError(
        "cursor.invalid",
        "the cursor was not made for this list",
        hint="take next from the page before, with the same filter, or begin without a cursor",
    )


def _as_csv(items: Iterable[BaseModel], columns: list[str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for item in items:
        value = item.model_dump(mode="json")
        writer.writerow([_cell(value[column]) for column in columns])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    """Write a cell; text that a spreadsheet would run begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text
