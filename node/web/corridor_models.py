"""Answers of the corridor view, as the API gives them.

Responsible for their members and what each means. Must not fill them in: `corridor.outline` does.
"""

from pydantic import BaseModel, ConfigDict, Field


class CorridorFigure(BaseModel):
    """One number; docs/corridor.md defines each measure."""

    model_config = ConfigDict(extra="forbid")

    measure: str
    part: str | None = Field(description="of this trigger, commodity or mode only")
    value: str | None = Field(description="a decimal number; null where it is withheld")
    unit: str
    of: int | None = Field(description="of a percentage, how many it is taken of")


class CorridorCell(BaseModel):
    """The cargo that has these values in common."""

    model_config = ConfigDict(extra="forbid")

    key: list[str | None] = Field(description="a value for each of `by`; null: not known")
    figures: list[CorridorFigure]


class CorridorSurvey(BaseModel):
    """What stands beside every view."""

    model_config = ConfigDict(extra="forbid")

    authority: str = Field(description="whose view it is")
    period_start: str
    period_end: str = Field(description="excluded; the cargo is expected in between")
    shared_with: list[str]
    purpose: str | None
    test: bool
    least: int = Field(description="numbers of fewer than this are withheld; 0: none is")
    rulings: dict[str, int] = Field(
        description="how many documents were used, and why others were not; for whoever makes the view"
    )


class CorridorTable(CorridorSurvey):
    """Cargo of a period, divided and counted. Cells may overlap: the total counts each thing once."""

    by: list[str]
    cells: list[CorridorCell]
    total: CorridorCell
    loose: CorridorCell = Field(description="alerts that concern no notice known here")
    missing: int = Field(description="notices of the period of which no flows are kept")


class CorridorRow(CorridorFigure):
    """One figure of a table, for a spreadsheet."""

    row: str = Field(description="cell, total or loose")
    route: str | None
    leg: str | None
    origin: str | None
    destination: str | None
    office: str | None
    mode: str | None
    chapter: str | None
    originator: str | None
    counterpart: str | None
    month: str | None
    week: str | None


class CorridorLink(BaseModel):
    """Where flows meet: cargo that one announced, a second warned of, and a third dealt with."""

    model_config = ConfigDict(extra="forbid")

    announced_by: str
    alerted_by: str
    ended_at: str = Field(description="the authority that said what came of it")
    via: str = Field(description="the route, countries in order")
    office: str
    chapter: str | None
    consignments: int | None
    alerts: int
    hits: int | None
    controls: int | None
    seizures: int | None
    share: str | None = Field(description="percent of all alerts with a known outcome")


class CorridorNexus(CorridorSurvey):
    """All links of a period, those of most alerts first."""

    links: list[CorridorLink]
    of: int | None = Field(description="alerts on cargo of the period with a known outcome")
    withheld: bool = Field(description="links of too few alerts are left out")


class CorridorReport(BaseModel):
    """What one authority counted of what one sent the other."""

    model_config = ConfigDict(extra="forbid")

    authority: str = Field(description="whose word it is")
    reference: str = Field(description="of the statistics")
    version: int
    period_start: str
    period_end: str
    sender: str
    recipient: str
    figures: list[CorridorFigure]


class CorridorReports(CorridorSurvey):
    """What others tell of flows between them; never added to anything."""

    reported: list[CorridorReport]


class CorridorReportRow(CorridorFigure):
    """One figure that another authority reported, for a spreadsheet."""

    authority: str
    reference: str
    version: int
    period_start: str
    period_end: str
    sender: str
    recipient: str
