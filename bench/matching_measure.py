"""The measuring: every labelled case against all the traffic, counted kind by kind.

Responsible for recall, precision and the list of misses. A pair is an alert or watch item with one
notice. Must not know how cases are made, nor how pairs are compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from bench.matching_cases import MAKERS, Maker, cases
from bench.matching_parts import Members
from bench.matching_traffic import Traffic
from bench.matching_wanted import Case
from node.matching.compare import compare
from node.matching.found import Found, Grade
from node.matching.index import MOST_FOR_WANTED, Index
from node.matching.keys import keys_of
from node.matching.sides import Seen, Wanted, look_at, look_for
from node.matching.watch import WatchItem, watch_faults
from node.message.alert import Alert
from node.message.document import read_document
from node.message.notice import PreArrivalNotice

SEED: Final = "2026"
EACH, BACKGROUND = 20, 1_000
"""Cases of every kind, and notices beside those made for cases."""


@dataclass(slots=True)
class Tally:
    """What came of all cases of one kind.

    Attributes:
        due: pairs that there are; `hit` those of them that were found.
        wrong: pairs that were found and are none.
        grades: of the pairs found rightly, how many were of each grade.
    """

    maker: Maker
    due: int = 0
    hit: int = 0
    wrong: int = 0
    grades: dict[Grade, int] = field(default_factory=dict)

    @property
    def missed(self) -> int:
        """Pairs that there are and that were not found."""
        return self.due - self.hit


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of everything.

    Attributes:
        notices: how many were searched; `wanted` how many were looked for.
        tallies: kind by kind.
        by_grade: of the pairs found with each grade: rightly, wrongly.
        keys: the mean number of keys of a notice, and of an alert or watch item.
    """

    notices: int
    wanted: int
    tallies: Sequence[Tally]
    by_grade: dict[Grade, tuple[int, int]]
    keys: tuple[float, float]

    def recall(self, *groups: str) -> float:
        """Share of the pairs that there are which were found; of some groups, or of all."""
        chosen = [each for each in self.tallies if not groups or each.maker.group in groups]
        return sum(each.hit for each in chosen) / sum(each.due for each in chosen)

    @property
    def precision(self) -> float:
        """Share of the pairs found that there are."""
        right = sum(each.hit for each in self.tallies)
        return right / (right + sum(each.wrong for each in self.tallies))


def measure(
    seed: str = SEED,
    each: int = EACH,
    background: int = BACKGROUND,
    report: Callable[[Case, str, Found | None], None] | None = None,
) -> Measured:
    """Make traffic and cases of a seed, compare them all, and count.

    Args:
        seed: the same gives the same, on any machine.
        each: cases of every kind.
        background: notices beside those made for cases.
        report: is told of each pair that was missed, and of each found wrongly.
    """
    traffic = Traffic(seed)
    ordinary = list(traffic.notices(background))
    labelled = list(cases(traffic, each))
    notices = {
        notice["reference"]: notice
        for notice in (*ordinary, *(notice for _, case in labelled for notice in case.notices))
    }
    seen = {reference: look_at(_read(notice)) for reference, notice in notices.items()}
    index, of_notices = Index(), 0
    for reference, side in seen.items():
        keys = keys_of(side)
        of_notices += len(keys)
        index.add(reference, keys)
    tallies = {maker.kind: Tally(maker) for maker in MAKERS}
    counts = dict.fromkeys(Grade, (0, 0))
    of_wanted = 0
    for _, case in labelled:
        side = wanted_of(case)
        of_wanted += len(keys_of(side))
        found = _found(side, seen, index)
        truth = case.concerned | {ref for ref, notice in notices.items() if case.everywhere(notice)}
        _count(tallies[case.kind], counts, found, truth)
        if report is not None:
            for reference in sorted(truth ^ found.keys()):
                report(case, reference, found.get(reference))
    means = of_notices / len(seen), of_wanted / len(labelled)
    return Measured(len(seen), len(labelled), tuple(tallies.values()), counts, means)


def wanted_of(case: Case) -> Wanted:
    """Read what a case looks for; it must keep every rule.

    Raises:
        ValueError: it does not.
    """
    raw = orjson.dumps(case.wanted)
    if case.wanted.get("type") == "alert/1":
        alert = read_document(raw).document
        if not isinstance(alert, Alert):
            raise ValueError("not an alert")
        return look_for(alert)
    item = WatchItem.model_validate_json(raw)
    if any(watch_faults(item)):
        raise ValueError("not a watch item that may be")
    return look_for(item)


def _read(notice: Members) -> PreArrivalNotice:
    document = read_document(orjson.dumps(notice)).document
    if not isinstance(document, PreArrivalNotice):
        raise TypeError("not a notice")
    return document


def _found(side: Wanted, seen: dict[str, Seen], index: Index) -> dict[str, Found]:
    found = {
        reference: compare(side, seen[reference], at=side.begins)
        for reference in index.candidates(keys_of(side), MOST_FOR_WANTED)
    }
    return {reference: match for reference, match in found.items() if match is not None}


def _count(
    tally: Tally,
    counts: dict[Grade, tuple[int, int]],
    found: dict[str, Found],
    truth: set[str] | frozenset[str],
) -> None:
    tally.due += len(truth)
    for reference, match in found.items():
        right, wrong = counts[match.grade]
        if reference in truth:
            tally.hit += 1
            tally.grades[match.grade] = tally.grades.get(match.grade, 0) + 1
            counts[match.grade] = right + 1, wrong
        else:
            tally.wrong += 1
            counts[match.grade] = right, wrong + 1
