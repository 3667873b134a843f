"""What the codes of problem documents mean: `problems.toml`, and the table of them in the handbook.

Responsible for whose part each is. Must not be asked when an error is answered: its own fact is better.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from node.errors import CallerError, OperatorError
from node.web.problems import status_of

_REGION: Final = re.compile(r"(<!-- begin problems -->\n).*?(<!-- end problems -->)", re.DOTALL)
_TOKEN: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_STATE: Final = frozenset(
    {
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.PRECONDITION_REQUIRED,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class Part(StrEnum):
    """Whose part it is that something went wrong."""

    REQUEST = "the request"
    RIGHTS = "the token or its rights"
    STATE = "how things stand now"
    NODE = "the node"
    JOB = "a job, after its request"


@dataclass(frozen=True, slots=True)
class Text:
    """What is said of a code.

    Attributes:
        status: of the answer; None: it is in a job only.
        meaning: one sentence.
        remedy: what to do.
    """

    code: str
    status: HTTPStatus | None
    part: Part
    meaning: str
    remedy: str


@cache
def texts() -> Mapping[str, Text]:
    """Give the texts of all codes, by code."""
    raw = files("node.web").joinpath("problems.toml").read_text(encoding="utf-8")
    found = (
        _text(kind, code, meaning, remedy)
        for kind, rows in tomllib.loads(raw).items()
        for code, (meaning, remedy) in rows.items()
    )
    return MappingProxyType({one.code: one for one in sorted(found, key=lambda one: one.code)})


def rewritten(page: str) -> str:
    """Give a page of the handbook with its table of codes brought up to date."""
    table = "\n".join(_table())
    return _REGION.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", page)


def _text(kind: str, code: str, meaning: str, remedy: str) -> Text:
    match kind:
        case "caller":
            status = HTTPStatus(status_of(CallerError(code, meaning)))
            return Text(code, status, _part(status), meaning, remedy)
        case "node":
            status = HTTPStatus(status_of(OperatorError(code, meaning)))
            return Text(code, status, Part.NODE, meaning, remedy)
        case _:
            return Text(code, None, Part.JOB, meaning, remedy)


def _part(status: HTTPStatus) -> Part:
    if status in _TOKEN:
        return Part.RIGHTS
    return Part.STATE if status in _STATE else Part.REQUEST


def _table() -> Iterator[str]:
    yield "| code | status | at fault | meaning | what to do |"
    yield "| --- | --- | --- | --- | --- |"
    for one in texts().values():
        status = "" if one.status is None else one.status.value
        yield f"| `{one.code}` | {status} | {one.part} | {one.meaning} | {one.remedy} |"
