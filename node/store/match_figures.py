"""Figures of matching: how many matches there are, and what officers made of them.

Responsible for counting only what a system sees. Must not judge: which reasons say that a match was
wrong is `matching.decision`.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Final

from sqlalchemy import and_, func, select

from node.matching.decision import RIGHT, WRONG, MatchState
from node.national.system import System
from node.store.database import Database
from node.store.matches import MatchFilter, both_seen_by, conditions_of
from node.store.national_tables import matched

_ROW = matched.c
_NUMBERS: Final = 6  # of a count, beside grade and kind


@dataclass(frozen=True, slots=True)
class Counted:
    """How many matches of one grade and kind there are, by what became of them.

    Attributes:
        grade: how sure the match was.
        kind: the weightiest thing that agreed.
        right: dismissed, though the match was right; `wrong`: because it was not.
        undecided: dismissed for another reason, which says nothing about matching.
    """

    grade: str
    kind: str
    found: int
    confirmed: int
    right: int
    wrong: int
    undecided: int
    withdrawn: int


class MatchFigures:
    """Read side of the figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counted(self, system: System | None, wanted: MatchFilter) -> list[Counted]:
        """Count the matches of which a system sees both sides, by grade and kind."""
        dismissed = _ROW.state == MatchState.DISMISSED.value
        columns = (
            _ROW.state == MatchState.FOUND.value,
            _ROW.state == MatchState.CONFIRMED.value,
            and_(dismissed, _ROW.reason.in_(sorted(RIGHT))),
            and_(dismissed, _ROW.reason.in_(sorted(WRONG))),
            and_(dismissed, _ROW.reason.not_in(sorted(RIGHT | WRONG))),
            _ROW.state == MatchState.WITHDRAWN.value,
        )
        query = (
            select(_ROW.grade, _ROW.kind, *(func.count().filter(each) for each in columns))
            .where(both_seen_by(system), *conditions_of(wanted))
            .group_by(_ROW.grade, _ROW.kind)
            .order_by(_ROW.grade, _ROW.kind)
        )
        with self._database.reading() as connection:
            return [Counted(*row) for row in connection.execute(query)]


def whole(counted: Iterable[Counted]) -> Counted:
    """Add counts up, of every grade and kind."""
    rows = [astuple(one)[2:] for one in counted]
    return Counted("", "", *(sum(row[place] for row in rows) for place in range(_NUMBERS)))
