"""The options of a folder drop: a file `options.toml` beside `in/`, kept by whoever drops there.

Responsible for the form of that file. Must not decide who may do what: each document that is made with
these options is judged like any other.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from node.convert.options import Options
from node.errors import CallerError
from node.gateway.folder_files import read_regular
from node.national.event import FEED_KINDS

FILE: Final = "options.toml"
_MAX_BYTES: Final = 65_536
_EVERY: Final = "*"
_HINT: Final = "docs/folder.md shows options.toml"
_TOLD: Final = frozenset({"message.receipted", "message.expired"})
_KINDS: Final = frozenset(kind.value for kind in FEED_KINDS)
_USUAL: Final = Options()
_CONVERSION: Final = {name: TypeAdapter[Any](kind) for name, kind in get_type_hints(Options).items()}
_EVENTS: Final = TypeAdapter(list[str])

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """What whoever drops has said.

    Attributes:
        conversion: of files that are no documents yet.
        events: kinds of events that are written into `out/`; unless it says otherwise, what became of
            documents that were sent.
        mark: tells these options of conversion from others; empty where none are given.
    """

    conversion: Options = _USUAL
    events: frozenset[str] = _TOLD
    mark: str = ""


def load_options(root: Path) -> FolderOptions:
    """Read the options of the drop in a folder; the usual ones if there is no such file.

    Raises:
        CallerError: `folder.options`, or `folder.not_a_file` or `folder.oversize`.
        OSError: it cannot be read now.
    """
    try:
        raw = read_regular(root / FILE, most=_MAX_BYTES)
    except FileNotFoundError:
        return FolderOptions()
    return read_options(raw)


def read_options(raw: bytes) -> FolderOptions:
    """Read options that somebody wrote.

    Raises:
        CallerError: `folder.options`.
    """
    try:
        written = tomllib.loads(raw.decode())
    except (ValueError, RecursionError):
        raise _refused("it is no TOML in UTF-8") from None
    events = _events(written.pop("events", None))
    unknown = sorted(written.keys() - _CONVERSION.keys())
    if unknown:
        raise _refused(f"there is no option {unknown[0][:35]!r}")
    mark = hashlib.sha256(repr(sorted(written.items())).encode()).hexdigest()[:8] if written else ""
    return FolderOptions(_conversion(written), events, mark)


def _conversion(written: Mapping[str, Any]) -> Options:
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
    }
    return Options(**{name: _checked(_CONVERSION[name], values[name], name) for name in values})


def _events(written: object) -> frozenset[str]:
    if written is None:
        return _TOLD
    found = _checked(_EVENTS, written, "events")
    named = frozenset(found)
    if named == {_EVERY}:
        return _KINDS
    if not named <= _KINDS:
        raise _refused("events: there is no event of that kind")
    return named


def _checked(adapter: TypeAdapter[T], value: object, name: str) -> T:
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _refused(f"{name}: {first['msg']}") from None


def _refused(fact: str) -> CallerError:
    return CallerError("folder.options", f"{FILE}: {fact}", hint=_HINT)
