"""What every reader of foreign files gives: drafts of documents, each with its report.

Responsible for the values that all readers share, and for judging a draft by the rules of the
documents. Must not read any format, and must not send anything.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal

from node.errors import PeerError
from node.message.document import all_faults, read_document
from node.reference.editions import BUILT_IN, Lists

Concern = Literal["defaulted", "dropped", "doubtful"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a file does not say, because it was made for somebody else.

    Attributes:
        authority: our id, the originator of what is made.
        now: becomes `issued_at`, UTC.
        recipients: authority ids.
        lifetime: from `now` to `valid_until`.
        prefix: begins each reference that has to be invented.
        zone: of the times in a file that name none.
        document_type: of a table that names none; empty: told by its columns.
        office: of entry, for messages that name none.
        arrival: estimated, for messages that name none.
        lists: the loaded code lists in which the codes of a draft are asked.
    """

    authority: str
    unit: str
    country: str
    recipients: tuple[str, ...]
    now: datetime
    purpose: str = "risk-analysis"
    legal_basis: str = "preliminary-information"
    lifetime: timedelta = timedelta(days=30)
    priority: str = "routine"
    is_test: bool = False
    prefix: str = "CNV"
    zone: tzinfo = UTC
    document_type: str = ""
    office: str = ""
    arrival: datetime | None = None
    lists: Lists = BUILT_IN

    def header(self, document_type: str, reference: str) -> dict[str, Any]:
        """Give the members of the header, as JSON values."""
        return {
            "type": document_type,
            "reference": reference,
            "version": 1,
            "function": "9",
            "issued_at": instant(self.now),
            "originator": {"authority": self.authority, "unit": self.unit, "country": self.country},
            "recipients": list(self.recipients),
            "priority": self.priority,
            "valid_until": instant(self.now + self.lifetime),
            "handling": {"purpose": self.purpose, "legal_basis": self.legal_basis},
            "test": self.is_test,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader did that the person should know.

    Attributes:
        concern: `defaulted` (we filled it in), `dropped` (no member for it), `doubtful` (look twice).
        source: where in the file: `line 4, column gross_mass`, `segment 12 GID`, an XML path.
        pointer: JSON Pointer into the document; empty when dropped.
    """

    concern: Concern
    source: str
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a draft is no document.

    Attributes:
        source: as in `Remark`, with line and column where the format has them.
        pointer: JSON Pointer into the document, if it got that far.
        code: stable, dotted: `convert.cell`, or the code of the rule broken.
    """

    source: str
    pointer: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One document in the making.

    Attributes:
        source: where in the file it comes from, for a person.
        value: the document as JSON values.
        places: JSON Pointer to the place in the file, for faults found later.
        failures: empty when the document may be sent.
    """

    source: str
    value: dict[str, Any]
    remarks: tuple[Remark, ...] = ()
    failures: tuple[Failure, ...] = ()
    places: Mapping[str, str] | None = None

    @property
    def raw(self) -> bytes:
        """The document as it would be sent."""
        return json.dumps(self.value, ensure_ascii=False, indent=1).encode()

    @property
    def filled(self) -> int:
        """How many members have a value."""
        return sum(1 for _ in leaves(self.value))


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a reader made of one file.

    Attributes:
        drafts: in the order of the file, good ones and failed ones.
        failures: what belongs to no single document: the file as a whole, or a part of unknown owner.
        remarks: of the file as a whole, as its encoding or a column that has no member.
    """

    drafts: tuple[Draft, ...]
    failures: tuple[Failure, ...] = ()
    remarks: tuple[Remark, ...] = ()


def judged(draft: Draft, lists: Lists = BUILT_IN) -> Draft:
    """Ask the rules of the documents, and the code lists, about a draft that its reader has finished."""
    if draft.failures:
        return draft
    try:
        faults = all_faults(draft.raw)
    except PeerError as error:
        return replace(draft, failures=(_failure(draft, error.pointer, error.code, error.message),))
    if faults:
        found = (_failure(draft, fault.pointer, fault.code, fault.text) for fault in faults)
        return replace(draft, failures=tuple(found))
    doubts = read_document(draft.raw, lists).doubts
    doubtful = (Remark("doubtful", place(draft, d.pointer), d.pointer, d.text) for d in doubts)
    return replace(draft, remarks=(*draft.remarks, *doubtful))


def place(draft: Draft, pointer: str) -> str:
    """Say where in the file a member comes from: its own place, or the nearest one above it."""
    places = draft.places or {}
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return draft.source


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Give every plain value below a JSON value, with its pointer."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from leaves(member, f"{pointer}/{index}")
    else:
        yield pointer, value


def instant(moment: datetime) -> str:
    """Write an aware time as documents do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _failure(draft: Draft, pointer: str, code: str, text: str) -> Failure:
    return Failure(place(draft, pointer), pointer, code, text)
