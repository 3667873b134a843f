"""Kinds: what cargo can be recognised by, and how far each kind can be trusted.

Responsible for the closed list of kinds, their weights, and which of them name one cargo and no other.
Must not know any document, nor compare two values.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.reference.outcome_codes import Exactness


class Kind(StrEnum):
    """What a value identifies. The values stand in the index: never rename one."""

    NOTICE = "notice"
    CONTAINER = "container"
    LOADING_UNIT = "loading-unit"
    WAGON = "wagon"
    PLATE = "plate"
    DOCUMENT = "transport-document"
    UCR = "ucr"
    MRN = "mrn"
    DECLARATION = "declaration"
    TIR = "tir"
    SEAL = "seal"
    VOYAGE = "voyage"
    SHIP = "ship"
    PARTY_NUMBER = "party-number"
    LEI = "lei"
    NAME = "name"
    PLATE_SLIP = "plate-slip"


class Manner(StrEnum):
    """How two values came to be the same, or how far they are alike."""

    SAME = "same"
    SPELLING = "spelling"
    LOOK_ALIKE = "look-alike"
    NO_CHECK = "no-check-digit"
    PREFIX = "prefix"
    REPAIRED = "check-digit"
    SLIP = "one-slip"
    NAME = "name"


_EXACTNESS: Final[Mapping[Manner, Exactness]] = MappingProxyType(
    {Manner.SAME: "exact", Manner.SPELLING: "folded"}
)

MATCH_KEY: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NOTICE: "other",
        Kind.CONTAINER: "container",
        Kind.LOADING_UNIT: "loading-unit",
        Kind.WAGON: "wagon",
        Kind.PLATE: "plate",
        Kind.DOCUMENT: "transport-document",
        Kind.UCR: "ucr",
        Kind.MRN: "mrn",
        Kind.DECLARATION: "mrn",
        Kind.TIR: "tir-carnet",
        Kind.SEAL: "other",
        Kind.VOYAGE: "voyage",
        Kind.SHIP: "ship",
        Kind.PARTY_NUMBER: "party",
        Kind.LEI: "party",
        Kind.NAME: "party",
    }
)
"""Kind to its code in the list `match-key`."""

IN_WORDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.NOTICE: "notice",
        Kind.CONTAINER: "container",
        Kind.LOADING_UNIT: "loading unit",
        Kind.WAGON: "wagon",
        Kind.PLATE: "plate",
        Kind.DOCUMENT: "transport document",
        Kind.UCR: "UCR",
        Kind.MRN: "MRN",
        Kind.DECLARATION: "declaration",
        Kind.TIR: "TIR carnet",
        Kind.SEAL: "seal",
        Kind.VOYAGE: "voyage",
        Kind.SHIP: "ship",
        Kind.PARTY_NUMBER: "party number",
        Kind.LEI: "LEI",
    }
)
"""Kind as an officer says it; a name is told by the role of its party."""

CARRIERS: Final = frozenset({Kind.CONTAINER, Kind.LOADING_UNIT, Kind.WAGON, Kind.PLATE})
"""What carries cargo of its own and next month carries another one: time decides."""

NUMBERED_ONCE: Final = frozenset(
    {Kind.NOTICE, Kind.DOCUMENT, Kind.UCR, Kind.MRN, Kind.DECLARATION, Kind.TIR}
)
"""Numbers that are given to one cargo only: time only raises or lowers them a little."""

SPECIFIC: Final = CARRIERS | NUMBERED_ONCE
"""Kinds that name one cargo. Whoever names one is not looking for everything else on that ship."""

PARTIES: Final = frozenset({Kind.PARTY_NUMBER, Kind.LEI, Kind.NAME})

_SAME: Final[Mapping[Kind, int]] = MappingProxyType(
    {
        Kind.NOTICE: 98,
        Kind.CONTAINER: 95,
        Kind.LOADING_UNIT: 95,
        Kind.WAGON: 93,
        Kind.PLATE: 92,
        Kind.DOCUMENT: 94,
        Kind.UCR: 96,
        Kind.MRN: 97,
        Kind.DECLARATION: 92,
        Kind.TIR: 95,
        Kind.SEAL: 55,
        Kind.VOYAGE: 52,
        Kind.SHIP: 42,
        Kind.PARTY_NUMBER: 88,
        Kind.LEI: 92,
        Kind.NAME: 62,
    }
)
"""What a value that is the same is worth by itself, of 100."""

_LOWERED: Final[Mapping[Manner, int]] = MappingProxyType(
    {
        Manner.SAME: 100,
        Manner.SPELLING: 98,
        Manner.LOOK_ALIKE: 88,
        Manner.NO_CHECK: 88,
        Manner.PREFIX: 90,
        Manner.REPAIRED: 58,
        Manner.SLIP: 26,
    }
)
"""Percent of that which is left when it is not quite the same."""


def exactness(manner: Manner) -> Exactness:
    """Give the code of the list `match-exactness`; what is not merely written otherwise is `similar`."""
    return _EXACTNESS.get(manner, "similar")


def weight(kind: Kind, manner: Manner) -> int:
    """Say what one agreement is worth, of 100. Names have a weight of their own, by their likeness."""
    return _SAME[kind] * _LOWERED[manner] // 100
