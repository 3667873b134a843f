"""Found: a match as it is kept and shown: what agreed, where, how well, and why in words.

Responsible for values that can be written as JSON and read back, and for the id of a match. Must not
compare. A match quotes identifiers and names of both sides: it never leaves the authority; what leaves
is the hit made of it (`hit`).
"""

import hashlib
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from node.canonical import encode
from node.matching.kinds import Kind, Manner
from node.message.fields import Part
from node.reference.outcome_codes import Exactness

_ID_LENGTH: Final = 32  # hexadecimal digits, 128 bits


class Grade(StrEnum):
    """How sure a match is. What is less than possible is not reported."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Named(Part):
    """One side of a match: a document in one version, or a watch item.

    Attributes:
        type: what it is.
        authority: its originator; absent of a watch item, which is our own.
        reference: of the document, or id of the item.
        version: of the document.
    """

    type: Literal["alert", "pre-arrival-notice", "watch-item"]
    authority: str | None = None
    reference: str
    version: int | None = None


class Likeness(Part):
    """One thing that agrees on both sides.

    Attributes:
        kind: what was compared.
        manner: in which way it is the same, or alike.
        exactness: the same in the terms of a hit: exact, folded or similar.
        points: what it is worth, of 100.
        percent: how alike two names are; of everything else 100 or absent.
        wanted: as written in the alert or watch item, `wanted_at` a JSON Pointer to it.
        seen: as written in the notice, `seen_at` a JSON Pointer to it.
        consignments: of the notice; none: the whole of it.
        words: the same for an officer.
    """

    kind: Kind
    manner: Manner
    exactness: Exactness
    points: Annotated[int, Field(ge=0, le=100)]
    percent: int | None = None
    wanted: str
    wanted_at: str
    seen: str
    seen_at: str
    consignments: tuple[int, ...] = ()
    words: str


class Circumstance(Part):
    """Time, way or goods: never a match by itself, it raises or lowers one.

    Attributes:
        name: what was compared.
        points: added to the score; negative: taken away.
        wanted_at: pointer into the alert or watch item.
        seen_at: pointer into the notice.
        words: the same for an officer.
    """

    name: Literal["time", "office", "countries", "places", "goods"]
    points: int
    wanted_at: str
    seen_at: str
    words: str


class Found(Part):
    """A notice in which something is that an alert or a watch item is about.

    Attributes:
        wanted: the alert or watch item.
        notice: the notice.
        consignments: sequences of those concerned; none: the whole of it.
        score: of 100.
        grade: what the score means.
        likenesses: what agrees, the weightiest first.
        circumstances: what raised or lowered it.
        kept_percent: what the time between leaves of the weight of things used again: 100, or less.
    """

    wanted: Named
    notice: Named
    consignments: tuple[int, ...] = ()
    score: Annotated[int, Field(ge=0, le=100)]
    grade: Grade
    likenesses: Annotated[tuple[Likeness, ...], Field(min_length=1)]
    circumstances: tuple[Circumstance, ...] = ()
    kept_percent: Annotated[int, Field(ge=0, le=100)] = 100

    @property
    def id(self) -> str:
        """The id of the match: the same for the same two versions, whoever compares them."""
        return match_id(self.wanted, self.notice)

    @property
    def words(self) -> tuple[str, ...]:
        """Why, line by line."""
        return (
            *(each.words for each in self.likenesses),
            *(each.words for each in self.circumstances),
        )


def match_id(wanted: Named, notice: Named) -> str:
    """Give the id of a match of two things in their versions: 32 hexadecimal digits."""
    sides = {
        "wanted": wanted.model_dump(exclude_none=True),
        "notice": notice.model_dump(exclude_none=True),
    }
    return hashlib.sha256(encode(sides)).hexdigest()[:_ID_LENGTH]


def to_json(found: Found) -> bytes:
    """Write a match."""
    return found.model_dump_json(exclude_none=True).encode()


def from_json(raw: bytes) -> Found:
    """Read a match that `to_json` wrote."""
    return Found.model_validate_json(raw)
