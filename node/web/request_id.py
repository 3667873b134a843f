"""The id of a request: the caller's own, or one of ours; it is in the answer and in our log.

Responsible for taking only an id that cannot forge a log line.
"""

import re
import uuid
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from starlette.requests import Request

HEADER: Final = "X-Request-Id"
_FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STATE: Final = "request_id"


def choose(headers: Mapping[str, str]) -> str:
    """Give the caller's id if it has the form of one, else a new one."""
    asked = headers.get(HEADER, "")
    return asked if _FORM.fullmatch(asked) else uuid.uuid4().hex


def keep(scope: MutableMapping[str, Any], request_id: str) -> None:
    """Keep the id with a request's scope."""
    state = scope.setdefault("state", {})
    if isinstance(state, dict):
        state[_STATE] = request_id


def id_of(request: Request) -> str:
    """Give the id of a request; empty before it has one."""
    return str(getattr(request.state, _STATE, ""))
