"""Score: from what agrees to one number of 100, and what the number means.

Responsible for how weights add up and for the grades. Must not compare anything itself.

Weights of different kinds add up as chances do that are independent: two that are worth 50 each make 75.
Circumstances then add or take away at most ten. A match is certain only if a number of the cargo itself
is the same, at a time at which it can be the same cargo.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from node.matching.found import Circumstance, Grade, Likeness
from node.matching.kinds import CARRIERS, NUMBERED_ONCE, PARTIES, SPECIFIC, Kind, Manner

CERTAIN: Final = 90
PROBABLE: Final = 70
POSSIBLE: Final = 50
"""The least score of each grade; below the last, nothing is reported."""

_MOST_BY_CIRCUMSTANCES: Final = 10
_LEAST_KEPT_ONCE: Final = 80
"""Percent that the time between leaves of a number that is given only once."""

_REGISTERED: Final = frozenset({Kind.PARTY_NUMBER, Kind.LEI})
_WHOLE: Final = 100
_SCALE: Final = 10_000


def kept(kind: Kind, percent: int) -> int:
    """Say what the time between leaves of the weight of one kind, in percent; parties do not change."""
    if kind in PARTIES:
        return _WHOLE
    return max(percent, _LEAST_KEPT_ONCE) if kind in NUMBERED_ONCE else percent


def evidence(likenesses: Iterable[Likeness]) -> int:
    """Add up what agrees, of each kind the weightiest."""
    best: dict[Kind, int] = {}
    for each in likenesses:
        best[each.kind] = max(best.get(each.kind, 0), each.points)
    return together(best, {})


def together(points: Mapping[Kind, int], others: Mapping[Kind, int]) -> int:
    """Add up the points of kinds; of a kind that stands on both sides, the weightier counts."""
    doubt = _SCALE
    for kind in sorted(points.keys() | others.keys()):  # the order rounds: it must be the same each time
        doubt = doubt * (_WHOLE - max(points.get(kind, 0), others.get(kind, 0))) // _WHOLE
    return _WHOLE - -(-doubt * _WHOLE // _SCALE)


def bounds_of(likenesses: Sequence[Likeness], percent: int) -> tuple[int, int]:
    """Give the least and the most that the score may be, by the best that agrees of the cargo itself.

    Args:
        likenesses: what agrees.
        percent: what the time between leaves of the weight of things used again.
    """
    cargo = [each for each in likenesses if each.kind in SPECIFIC]
    owners = [each for each in likenesses if each.kind in _REGISTERED]
    if any(_settles(each, percent) for each in cargo or owners):
        return CERTAIN, _WHOLE
    if cargo and all(each.manner is Manner.SLIP for each in cargo):
        return 0, PROBABLE - 1
    return 0, CERTAIN - 1


def _settles(likeness: Likeness, percent: int) -> bool:
    """Say whether one agreement is enough: the same number, nothing against it, at a time that fits."""
    is_same = likeness.exactness != "similar" and likeness.points >= PROBABLE
    return is_same and (likeness.kind not in CARRIERS or percent == _WHOLE)


def total(base: int, circumstances: Iterable[Circumstance], bounds: tuple[int, int]) -> int:
    """Give the score: what agrees, raised or lowered by the circumstances, within bounds.

    Args:
        base: as `evidence` gave it.
        circumstances: time, way and goods.
        bounds: as `bounds_of` gave them.
    """
    points = sum(each.points for each in circumstances)
    most = _MOST_BY_CIRCUMSTANCES
    least, highest = bounds
    return max(least, min(highest, base + max(-most, min(most, points))))


def grade_of(score: int) -> Grade | None:
    """Say what a score means; None when it is too little to be reported."""
    if score >= CERTAIN:
        return Grade.CERTAIN
    if score >= PROBABLE:
        return Grade.PROBABLE
    return Grade.POSSIBLE if score >= POSSIBLE else None
