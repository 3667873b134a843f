"""A national system: what it is, what it deals with, and the principal it acts as.

Responsible for the values and for the form of what an operator writes. Must not decide what a system
sees (`entitlement`), nor who it is that speaks (`token`, and the doors).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from node.canonical import b64u, encode
from node.errors import CallerError
from node.national.scopes import ROLES, Role, Scope, read_role
from node.reference.codes import DOCUMENT_NAMES
from node.reference.offices import OFFICE_FORM

OWNER: Final = "owner"  # in the log: whoever used the node's own commands; no system has this id
MAX_NAMES: Final = 200  # of units, types or offices of one system
_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")
_TITLE: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,128}")
_UNIT: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,34}")
_OFFICE: Final = re.compile(OFFICE_FORM.strip("^$"))


class Everything(Enum):
    """Stands where names could stand, and leaves out none; not even those that come later."""

    EVERYTHING = "*"


EVERYTHING: Final = Everything.EVERYTHING
Names = frozenset[str] | Everything


@dataclass(frozen=True, slots=True)
class System:
    """A declaration system, a risk engine, a terminal system, as the node knows it.

    Attributes:
        id: its name at every door.
        title: for people.
        role: the most it may do.
        units: post and control units it works for.
        types: documents it deals with, by name without edition: `alert`.
        offices: customs offices it works for.
        is_active: False: no door lets it in, and it is told nothing.
    """

    id: str
    title: str
    role: Role
    units: Names
    types: Names
    offices: frozenset[str] = frozenset()
    is_active: bool = True

    @property
    def value(self) -> dict[str, Any]:
        """The system as JSON; names are sorted, `"*"` stands for everything."""
        return {
            "id": self.id,
            "title": self.title,
            "role": self.role.value,
            "units": names_as_json(self.units),
            "types": names_as_json(self.types),
            "offices": sorted(self.offices),
            "is_active": self.is_active,
        }

    @property
    def digest(self) -> str:
        """What the log holds of a change: SHA-256 of the canonical JSON, base64url."""
        return b64u(hashlib.sha256(encode(self.value)).digest())


@dataclass(frozen=True, slots=True)
class Principal:
    """A system together with what it may do now.

    Attributes:
        token_id: of the token it came with; None at a door that knows it otherwise.
        scopes: of the token, and still of its role.
    """

    system: System
    token_id: str | None
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Refuse what is not allowed.

        Raises:
            CallerError: `access.scope`.
        """
        if scope not in self.scopes:
            raise CallerError(
                "access.scope",
                f"{self.system.id} may not do this without the scope {scope}",
                hint="ask for a token that has it; a role sets the limit",
            )


def principal_of(system: System) -> Principal:
    """Let a system in that its door knows without a token, with all that its role may do.

    Raises:
        CallerError: `system.disabled`.
    """
    check_active(system)
    return Principal(system, None, ROLES[system.role])


def check_active(system: System) -> None:
    """Refuse a system that was disabled.

    Raises:
        CallerError: `system.disabled`.
    """
    if not system.is_active:
        raise CallerError(
            "system.disabled",
            f"the system {system.id} is disabled",
            hint="the node's operator can enable it again",
        )


def make_system(
    id_: str,
    *,
    title: str,
    role: str,
    units: Iterable[str],
    types: Iterable[str],
    offices: Iterable[str] = (),
    is_active: bool = True,
) -> System:
    """Make a system of what an operator wrote; `*` alone stands for everything.

    Raises:
        CallerError: `system.malformed` with the member at fault, or `role.unknown`.
    """
    if _ID.fullmatch(id_) is None or id_ == OWNER:
        raise _malformed(
            "/id", f"an id begins with a letter: 2 to 32 of a-z, 0-9 and hyphen, not {OWNER}"
        )
    if _TITLE.fullmatch(title) is None:
        raise _malformed("/title", "a title is one line of up to 128 characters")
    named = _some(offices, "/offices")
    if any(_OFFICE.fullmatch(office) is None for office in named):
        raise _malformed("/offices", "an office is a country and 6 capitals or digits: AZ001004")
    return System(
        id=id_,
        title=title,
        role=read_role(role),
        units=_read_units(units),
        types=_read_types(types),
        offices=named,
        is_active=is_active,
    )


def names_as_json(names: Names) -> list[str] | str:
    """Give names as JSON; `names_from_json` reads them."""
    return EVERYTHING.value if names is EVERYTHING else sorted(names)


def names_from_json(value: list[str] | str) -> Names:
    """Read names that `names_as_json` gave."""
    return EVERYTHING if value == EVERYTHING.value else frozenset(value)


def _read_units(units: Iterable[str]) -> Names:
    named = _some(units, "/units")
    if named == {EVERYTHING.value}:
        return EVERYTHING
    if any(_UNIT.fullmatch(unit) is None for unit in named):
        raise _malformed("/units", "a unit has up to 35 capitals, digits and hyphens: PCU-ALYAT")
    return named


def _read_types(types: Iterable[str]) -> Names:
    named = _some(types, "/types")
    if named == {EVERYTHING.value}:
        return EVERYTHING
    if not named <= DOCUMENT_NAMES.codes.keys():
        known = ", ".join(DOCUMENT_NAMES.codes)
        raise _malformed("/types", "a type is a document's name without edition", f"one of {known}")
    return named


def _some(names: Iterable[str], pointer: str) -> frozenset[str]:
    found = frozenset(names)
    if len(found) > MAX_NAMES:
        raise _malformed(pointer, f"at most {MAX_NAMES} names")
    return found


def _malformed(pointer: str, fact: str, hint: str = "docs/access.md shows each member") -> CallerError:
    return CallerError("system.malformed", fact, hint=hint, pointer=pointer)
