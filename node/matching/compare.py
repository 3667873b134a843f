"""Compare: one alert or watch item with one notice, field by field.

Responsible for what agrees, of which consignment, and whether that is a match. Weights stand in `kinds`,
their sum in `score`, sentences in `words`. Must not search: which pairs are worth comparing is told by
keys.

Whoever names a container, a wagon or a document is looking for that cargo. If none of what they name is
in the notice, then it is another cargo of the same company on the same ferry, and no match.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from node.matching.circumstances import circumstances, kept_percent
from node.matching.found import Found, Likeness
from node.matching.kinds import SPECIFIC, Kind, Manner, exactness, weight
from node.matching.marks import Mark
from node.matching.numbers import manner_of, slip_keys
from node.matching.party_likeness import party_likenesses
from node.matching.score import bounds_of, evidence, grade_of, kept, together, total
from node.matching.sides import Seen, Wanted, look_at, look_for
from node.matching.watch import WatchItem
from node.matching.words import of_numbers
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.notice import PreArrivalNotice

_RANK: Final = {manner: place for place, manner in enumerate(Manner)}
_SHORT: Final = 6
_SHORT_PERCENT: Final = 60
"""Of the weight of a number of fewer characters: somebody else will have it too."""

_OTHER_COUNTRY_PERCENT: Final = 70
"""Of the weight of a plate, where both sides name a country and not the same one."""


def compare(
    wanted: Wanted | Alert | WatchItem | Amendment,
    notice: Seen | PreArrivalNotice | Amendment,
    *,
    at: int,
) -> Found | None:
    """Compare what is looked for with a notice.

    Args:
        wanted: an alert, a watch item or an amendment that carries an alert; read before, if it is
            compared often (`look_for`).
        notice: a notice or an amendment that carries one; read before, if it is compared often
            (`look_at`).
        at: Unix ms; what has lapsed by then is not looked for any more.

    Returns:
        None when it is no match: too little agrees, one of the two is cancelled or has lapsed, or
        one is test traffic and the other is not.
    """
    one = wanted if isinstance(wanted, Wanted) else look_for(wanted)
    other = notice if isinstance(notice, Seen) else look_at(notice)
    if one.is_off or other.is_off or one.ends < at or one.is_test != other.notice.test:
        return None
    percent = kept_percent(one, other)
    agreeing = _counting(one, _once([*_of_marks(one, other, percent), *party_likenesses(one, other)]))
    if not agreeing:
        return None
    consignments, likenesses = _of_best(agreeing)
    around = circumstances(one, other, consignments)
    score = total(evidence(likenesses), around, bounds_of(likenesses, percent))
    grade = grade_of(score)
    if grade is None:
        return None
    return Found(
        wanted=one.named,
        notice=other.named,
        consignments=consignments,
        score=score,
        grade=grade,
        likenesses=tuple(sorted(likenesses, key=lambda each: (-each.points, each.wanted_at))),
        circumstances=around,
        kept_percent=percent,
    )


def _counting(wanted: Wanted, agreeing: list[Likeness]) -> list[Likeness]:
    """Leave out ship, voyage and parties where the cargo is named and is not there.

    The ship without the voyage, where one is named, is another crossing.
    """
    kinds = {each.kind for each in agreeing}
    if Kind.VOYAGE not in kinds and any(mark.kind is Kind.VOYAGE for mark in wanted.marks):
        agreeing = [each for each in agreeing if each.kind is not Kind.SHIP]
    if not wanted.is_specific or any(each.kind in SPECIFIC for each in agreeing):
        return agreeing
    return [each for each in agreeing if each.kind is Kind.SEAL]


def _once(agreeing: list[Likeness]) -> list[Likeness]:
    """Say nothing twice: a voyage is known by the ship's number and by its name."""
    first: dict[str, Likeness] = {}
    for each in agreeing:
        first.setdefault(each.words, each)
    return list(first.values())


def _of_best(agreeing: list[Likeness]) -> tuple[tuple[int, ...], list[Likeness]]:
    """Find the consignments of which most agrees, and what agrees of them."""
    whole: dict[Kind, int] = {}
    of_each: dict[int, dict[Kind, int]] = {}
    for each in agreeing:
        for points in [of_each.setdefault(one, {}) for one in each.consignments] or [whole]:
            points[each.kind] = max(points.get(each.kind, 0), each.points)
    if not of_each:
        return (), agreeing
    sums = {one: together(whole, points) for one, points in of_each.items()}
    most = max(sums.values())
    best = tuple(sorted(one for one, points in sums.items() if points == most))
    concerned = frozenset(best)
    return best, [
        each for each in agreeing if not each.consignments or concerned & frozenset(each.consignments)
    ]


def _of_marks(wanted: Wanted, seen: Seen, percent: int) -> Iterator[Likeness]:
    for mark in wanted.marks:
        ranked = sorted(
            (
                (manner, other)
                for other in _alike(mark, wanted, seen)
                if (manner := manner_of(mark.number, other.number))
            ),
            key=lambda pair: (_RANK[pair[0]], pair[1].pointer),
        )
        for manner, pairs in groupby(ranked, key=lambda pair: pair[0]):
            yield _agreement(mark, [other for _, other in pairs], manner, percent)
            break  # the best manner only


def _alike(mark: Mark, wanted: Wanted, seen: Seen) -> Iterable[Mark]:
    """Give the marks of a notice that may be the same as one looked for."""
    kind, value = mark.kind, mark.number.value
    same = seen.by_value.get((kind, value))
    if same:
        return same
    if kind is Kind.PLATE:
        near = {id(each): each for key in slip_keys(value) for each in seen.by_slip.get(key, ())}
        return near.values()
    mine = wanted.repaired.get((kind, value), ())
    theirs = seen.by_repair.get((kind, value), ())
    return [*theirs, *(other for right in mine for other in seen.by_value.get((kind, right), ()))]


def _agreement(mark: Mark, others: list[Mark], manner: Manner, percent: int) -> Likeness:
    first = others[0]
    points = weight(mark.kind, manner) * kept(mark.kind, percent) // 100
    if mark.kind is not Kind.NOTICE and len(mark.number.value) < _SHORT:
        points = points * _SHORT_PERCENT // 100
    if mark.country and first.country and mark.country != first.country:
        points = points * _OTHER_COUNTRY_PERCENT // 100
    is_whole = any(not other.consignments for other in others)
    belongs = {number for other in others for number in other.consignments}
    return Likeness(
        kind=mark.kind,
        manner=manner,
        exactness=exactness(manner),
        points=points,
        wanted=mark.number.written,
        wanted_at=mark.pointer,
        seen=first.number.written,
        seen_at=first.pointer,
        consignments=mark.consignments or (() if is_whole else tuple(sorted(belongs))),
        words=of_numbers(mark, first, manner),
    )
