"""Parties compared: by their numbers, by their LEI, by their names.

Responsible for what the agreement of a party is worth. Must not ask what else agrees: whether a party
counts at all beside the cargo is for `compare`.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Final

from node.matching.found import Likeness
from node.matching.kinds import Kind, Manner, exactness, weight
from node.matching.likeness import ALIKE, likeness
from node.matching.marks import Mark
from node.matching.numbers import manner_of
from node.matching.parties import Sighted, party_keys
from node.matching.sides import Seen, Wanted
from node.matching.words import of_names, of_numbers

_LEAST_NAME, _MOST_NAME = 40, 62
"""What a name is worth that is just alike, and one that is the same."""

_SAME_COUNTRY: Final = 10
_OTHER_COMPANY_PERCENT: Final = 35
_THIN_PERCENT: Final = 40
_UNSURE_PERCENT: Final = 60
"""Of the weight of a tax number, where its kind is another, or the names have little in common."""

_STRANGERS: Final = 50
"""Of 100: names less alike than this are those of two companies."""

_MOST_COMPARED: Final = 100
"""Parties of a notice that one party looked for is compared with: nobody may make this long."""

_MOST_IN_ALL: Final = 400
"""The same for all parties of an alert together: a member could else keep the matcher busy for hours."""

_BESIDE_CARGO_PERCENT: Final = 40
"""Of the weight of a party, where the cargo itself is named: the company sends other cargo too."""


def party_likenesses(wanted: Wanted, seen: Seen) -> Iterator[Likeness]:
    """Give what agrees of each party looked for: of numbers and of names, the weightiest."""
    left = _MOST_IN_ALL
    for party in wanted.parties:
        others = {id(each): each for key in party_keys(party) for each in seen.by_party.get(key, ())}
        near = list(islice(others.values(), min(left, _MOST_COMPARED)))
        left -= len(near)
        found = [each for other in near for each in _of_party(party, other)]
        found.sort(key=lambda each: (each.kind, -each.points, each.seen_at))
        for _, group in groupby(found, key=lambda each: each.kind):
            alike = list(group)
            best = [each for each in alike if each.points == alike[0].points]
            is_whole = any(not each.consignments for each in best)
            places = {number for each in best for number in each.consignments}
            belongs = () if is_whole else tuple(sorted(places))
            points = best[0].points * (_BESIDE_CARGO_PERCENT if wanted.is_specific else 100) // 100
            yield best[0].model_copy(update={"consignments": belongs, "points": points})


def _of_party(wanted: Sighted, seen: Sighted) -> Iterator[Likeness]:
    percent = likeness(wanted.name, seen.name)
    for mark in wanted.numbers:
        for other in seen.numbers:
            manner = manner_of(mark.number, other.number) if mark.kind is other.kind else None
            if manner is not None:
                yield _of_number(wanted, seen, mark, other, manner)
    if percent >= ALIKE:
        points = _name_points(wanted, seen, percent)
        yield Likeness(
            kind=Kind.NAME,
            manner=Manner.NAME if wanted.name.written != seen.name.written else Manner.SAME,
            exactness="exact" if wanted.name.written == seen.name.written else "similar",
            points=points,
            percent=percent,
            wanted=wanted.name.written,
            wanted_at=wanted.pointer,
            seen=seen.name.written,
            seen_at=seen.pointer,
            consignments=seen.consignments,
            words=of_names(wanted, seen, percent),
        )


def _of_number(wanted: Sighted, seen: Sighted, mark: Mark, other: Mark, manner: Manner) -> Likeness:
    points = weight(mark.kind, manner)
    types = wanted.number_type, seen.number_type
    differ = mark.kind is Kind.PARTY_NUMBER and all(types) and types[0] != types[1]
    if differ or likeness(wanted.name, seen.name) < _STRANGERS:
        points = points * _UNSURE_PERCENT // 100
    return Likeness(
        kind=mark.kind,
        manner=manner,
        exactness=exactness(manner),
        points=points,
        wanted=mark.number.written,
        wanted_at=mark.pointer,
        seen=other.number.written,
        seen_at=other.pointer,
        consignments=seen.consignments,
        words=of_numbers(mark, other, manner, role=seen.role),
    )


def _name_points(wanted: Sighted, seen: Sighted, percent: int) -> int:
    """Give what a name is worth: by its likeness; a thin one little, one of another company too."""
    points = _LEAST_NAME + (_MOST_NAME - _LEAST_NAME) * (percent - ALIKE) // (100 - ALIKE)
    if wanted.name.is_thin or seen.name.is_thin:
        return points * _THIN_PERCENT // 100
    if wanted.is_registered_apart(seen):
        return points * _OTHER_COMPANY_PERCENT // 100
    if wanted.country and seen.country:
        if wanted.country != seen.country:
            return points * _OTHER_COMPANY_PERCENT // 100
        points += _SAME_COUNTRY
    return points
