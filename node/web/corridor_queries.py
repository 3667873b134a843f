"""Questions for the corridor view, as the API takes them.

Responsible for the parameters of each route: one that is not known is refused, because a mistyped filter
must not look like one that fits everything. Must not answer them.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from node.corridor.nexus import THREE
from node.corridor.question import Only, Question, read_audience, read_only
from node.corridor.view import Dimension
from node.web.periods import read_period

_TIMES: Final = frozenset({Dimension.MONTH, Dimension.WEEK})

Value = Annotated[
    str | None,
    Field(max_length=256, description="only cargo with one of these values, separated by commas"),
]


class CorridorQuery(BaseModel):
    """Which time, and for whom."""

    model_config = ConfigDict(extra="forbid")

    month: str | None = Field(None, description="as 2026-11, UTC; nothing: this month so far")
    start: str | None = Field(None, description="the first day, as 2026-11-01, UTC")
    end: str | None = Field(None, description="the day after the last one, UTC")
    shared_with: str = Field(
        "",
        max_length=256,
        description="authorities that will read it, separated by commas; nothing: it stays in the house",
    )
    purpose: str | None = Field(
        None, max_length=32, description="only documents for this purpose; nothing: of any"
    )
    test: bool = Field(default=False, description="test traffic, which is else left out")

    def question(self, own: str, *, now: int) -> Question:
        """Read the question.

        Raises:
            CallerError: `period.malformed`, `corridor.reader`, `corridor.purpose`.
        """
        return Question(
            period=read_period(self.month, self.start, self.end, now=now),
            audience=read_audience(own, self.shared_with, self.purpose),
            now=now,
            is_test=self.test,
        )


class CorridorTableQuery(CorridorQuery):
    """How cargo is divided, and which of it is wanted."""

    by: str = Field(
        "",
        max_length=128,
        description=f"any of {', '.join(Dimension)}, separated by commas; nothing: the total alone",
        examples=["route,chapter"],
    )
    route: Value = None
    leg: Value = None
    origin: Value = None
    destination: Value = None
    office: Value = None
    mode: Value = None
    chapter: Value = None
    originator: Value = None
    counterpart: Value = None

    def only(self) -> Only:
        """Read which cargo is wanted, by every dimension that is no time."""
        given = {name.value: getattr(self, name.value) for name in Dimension if name not in _TIMES}
        return read_only({name: text for name, text in given.items() if text is not None})


class CorridorNexusQuery(CorridorQuery):
    """How many must have met."""

    authorities: int = Field(
        THREE, ge=2, le=THREE, description="2 shows what goes on between two authorities as well"
    )
