"""What somebody says about a file that is no document yet, for whoever asks over the API.

Responsible for turning words into a `Context`, and for refusing words that mean nothing. Must not read
the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from node.convert.columns import type_named
from node.convert.conversion import Context
from node.errors import CallerError
from node.reference.editions import Lists

MAX_DAYS: Final = 365
PREFIX_FORM: Final = r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,15}$"
_PREFIX: Final = re.compile(PREFIX_FORM)
_OFFSET: Final = re.compile(r"([+-])(\d\d):?(\d\d)")


@dataclass(frozen=True, slots=True)
class Options:
    """The words, as they were given; a file's own values come before all of them.

    Attributes:
        to: recipients.
        unit: ours, that answers for what is sent.
        prefix: begins each reference that has to be invented.
        valid_days: from now.
        test: what is made is test traffic.
        zone: of times that name none: `UTC`, `+04:00`, `Asia/Baku`.
        type: of the documents of a table that does not say it.
        office: of entry.
        arrival: estimated: `2026-11-24 06:00`.
    """

    to: tuple[str, ...] = ()
    unit: str = ""
    purpose: str = "risk-analysis"
    legal_basis: str = "preliminary-information"
    prefix: str = "CNV"
    valid_days: int = 30
    test: bool = False
    zone: str = "UTC"
    type: str = ""
    office: str = ""
    arrival: str = ""

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> "Options":
        """Read what `value` wrote."""
        return cls(**{**value, "to": tuple(value["to"])})

    @property
    def value(self) -> dict[str, Any]:
        """The options as JSON."""
        found: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return {**found, "to": list(self.to)}

    def context(self, authority: str, *, now: datetime, lists: Lists) -> Context:
        """Make of it what readers need.

        Raises:
            CallerError: `convert.option`: a word cannot be used.
        """
        if not _PREFIX.fullmatch(self.prefix):
            raise _refused("prefix", "up to 16 letters, digits and . _ / -")
        if not 1 <= self.valid_days <= MAX_DAYS:
            raise _refused("valid_days", f"1 to {MAX_DAYS}")
        zone = _zone(self.zone)
        return Context(
            authority=authority,
            unit=self.unit,
            country=authority[:2],
            recipients=self.to,
            now=now,
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            lifetime=timedelta(days=self.valid_days),
            is_test=self.test,
            prefix=self.prefix,
            zone=zone,
            document_type=_type(self.type),
            office=self.office,
            arrival=_arrival(self.arrival, zone),
            lists=lists,
        )


def _zone(text: str) -> tzinfo:
    """Read a zone: an offset needs no data, a name needs those of the system."""
    offset = _OFFSET.fullmatch(text)
    try:
        if offset:
            length = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            return timezone(-length if offset[1] == "-" else length)
        return UTC if text == "UTC" else ZoneInfo(text)
    except (ValueError, LookupError, OSError):
        raise _refused("zone", "UTC, an offset such as +04:00, or a name such as Asia/Baku") from None


def _type(text: str) -> str:
    found = type_named(text) if text else ""
    if found is None:
        raise _refused("type", "there is no such type of document")
    return found


def _arrival(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused("arrival", "a time such as 2026-11-24 06:00") from None


def _refused(name: str, wanted: str) -> CallerError:
    return CallerError(
        "convert.option", f"{name}: {wanted}", hint="docs/convert.md says what each option means"
    )
