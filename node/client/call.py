"""One request to a node, described; and the answer to it.

Responsible for paths and queries that cannot say anything else than was meant. Must not send.
"""

import json
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from node.client.models.base import Model, Page, read_model

JSON: Final = "application/json"
KEY: Final = "Idempotency-Key"

T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        headers: by names in lower case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer came.

    Attributes:
        was_sent: the request may have arrived, and may have been done.
        reason: in a few words.
        is_final: it would be the same again: a certificate that is not trusted.
    """

    was_sent: bool
    reason: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time that has to pass before the next step."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request.

    Attributes:
        path: below /api/v1.
        read: makes a value of the answer; raises `ValueError` for another answer.
        repeatable: doing it twice comes to the same, so it may be sent again when no answer came.
        patience: seconds for which the node was asked to wait before it answers.
    """

    method: str
    path: str
    read: Callable[[Answer], T]
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    repeatable: bool = True
    patience: float = 0.0

    def following(self, cursor: str | None) -> "Call[T] | None":
        """Give the same call for the page after this one; None after the last."""
        if cursor is None:
            return None
        kept = tuple(one for one in self.query if one[0] != "cursor")
        return replace(self, query=(*kept, ("cursor", cursor)))


Plan = Generator[Call[Any] | Waiting, Any, T]
"""Several calls: each is yielded, and its value comes back."""


def get(path: str, model: type[M], **query: Any) -> Call[M]:
    """Describe reading a resource."""
    return Call("GET", path, reading(model), query=query_of(query))


def get_page(path: str, model: type[M], **query: Any) -> Call[Page[M]]:
    """Describe reading a page of a list."""
    page = Page[model]  # type: ignore[valid-type]  # a value here, and a class at run time
    return Call("GET", path, reading(page), query=query_of(query))


def get_bytes(path: str, **query: Any) -> Call[bytes]:
    """Describe reading something byte for byte."""
    return Call("GET", path, body_of, query=query_of(query))


def change(
    method: str, path: str, model: type[M], body: Any = None, *, etag: str | None = None, **query: Any
) -> Call[M]:
    """Describe something that changes a resource.

    Args:
        method: POST, PATCH or DELETE.
        path: of the resource.
        model: of the answer.
        body: becomes JSON; None: there is none.
        etag: of what the caller saw; `*` for whatever it is now; None where no route asks.
        query: parameters.
    """
    headers = {} if etag is None else {"If-Match": etag}
    if body is not None:
        headers["Content-Type"] = JSON
    raw = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    return Call(method, path, reading(model), query_of(query), headers, raw, repeatable=False)


def reading(model: type[M]) -> Callable[[Answer], M]:
    """Read an answer as a model, with its ETag."""
    return lambda answer: read_model(model, answer.body, answer.headers.get("etag", ""))


def body_of(answer: Answer) -> bytes:
    """Give the bytes of an answer."""
    return answer.body


def nothing(answer: Answer) -> None:
    """Read an answer without a body."""
    del answer


def path(text: str, *parts: str | int) -> str:
    """Put names into a path, where `{}` stands for each.

    Raises:
        ValueError: a name is empty, or would lead to another place.
    """
    quoted = [quote(str(part), safe="") for part in parts]
    if any(part in ("", ".", "..") for part in quoted):
        raise ValueError("a name in a path may not be empty, nor only dots")
    return text.format(*quoted)


def query_of(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Write parameters; None is left out, a sequence is repeated.

    A name that is a word of Python has a low line behind it: `from_`.
    """
    found = []
    for name, value in values.items():
        several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        found += [(name.removesuffix("_"), _text(one)) for one in several if one is not None]
    return tuple(found)


def given(**members: Any) -> dict[str, Any]:
    """Give the members of a body that are not None."""
    return {name.removesuffix("_"): one for name, one in members.items() if one is not None}


def new_key() -> str:
    """Draw an idempotency key."""
    return str(uuid.uuid4())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time needs a zone")
        return value.isoformat()
    return str(value)
