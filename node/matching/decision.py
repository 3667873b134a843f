"""Decision: what becomes of a match after it was found, and for which reasons.

Responsible for the closed lists of states and reasons, for what a dismissal says about the match itself,
and for whether a new version of a document changes what there is to decide. Must not decide.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.matching.found import Found


class MatchState(StrEnum):
    """Where a match stands. Only an officer confirms or dismisses; only the node withdraws."""

    FOUND = "found"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Dismissal(StrEnum):
    """Why an officer dismisses a match."""

    OTHER_CARGO = "other-cargo"
    OTHER_PARTY = "other-party"
    OTHER_JOURNEY = "other-journey"
    KNOWN = "known"
    GONE = "gone"
    NO_RISK = "no-risk"
    OTHER = "other"


class Withdrawal(StrEnum):
    """Why the node withdraws a match that nobody has decided."""

    AMENDED = "amended"
    CANCELLED = "cancelled"
    RECALLED = "recalled"
    ENDED = "ended"


DISMISSALS: Final[Mapping[Dismissal, str]] = MappingProxyType(
    {
        Dismissal.OTHER_CARGO: "the numbers are alike, but it is another cargo",
        Dismissal.OTHER_PARTY: "another company or person of the same or a similar name",
        Dismissal.OTHER_JOURNEY: "the same box, wagon, truck or ship, on another journey",
        Dismissal.KNOWN: "it is this cargo, and it was dealt with before",
        Dismissal.GONE: "it is this cargo, and it can no longer be reached",
        Dismissal.NO_RISK: "it is this cargo, and looking at it again has shown that nothing is feared",
        Dismissal.OTHER: "another reason; it counts neither for nor against matching",
    }
)
"""What each reason means."""

WRONG: Final = frozenset({Dismissal.OTHER_CARGO, Dismissal.OTHER_PARTY, Dismissal.OTHER_JOURNEY})
"""Reasons that say the match itself was wrong."""

RIGHT: Final = frozenset({Dismissal.KNOWN, Dismissal.GONE, Dismissal.NO_RISK})
"""Reasons that say it was right, though nothing is to be done."""


def says_the_same(one: Found, other: Found) -> bool:
    """Say whether two findings of one pair give an officer the same to decide.

    They do if the same things agree, of the same consignments, and the grade is the same: a later
    arrival or another office alone is no news.
    """
    return _told(one) == _told(other)


def _told(found: Found) -> tuple[object, ...]:
    agreeing = {(each.kind, each.manner, each.wanted, each.seen) for each in found.likenesses}
    return found.grade, found.consignments, agreeing
