"""Figures of a period and the corridor view.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from collections.abc import Mapping

from node.client.models.base import Model


class StatisticsFigure(Model):
    """One figure; docs/statistics.md defines each metric."""

    period_start: str
    period_end: str
    counterpart: str
    direction: str
    metric: str
    mode: str | None
    trigger: str | None
    commodity: str | None
    value: str
    unit: str
    of: int | None


class StatisticsAnswer(Model):
    """The figures of a period."""

    period_start: str
    period_end: str
    whole: bool
    figures: tuple[StatisticsFigure, ...]


class CorridorFigure(Model):
    """One number; docs/corridor.md defines each measure."""

    measure: str
    part: str | None
    value: str | None
    unit: str
    of: int | None


class CorridorCell(Model):
    """The cargo that has these values in common."""

    key: tuple[str | None, ...]
    figures: tuple[CorridorFigure, ...]


class CorridorTable(Model):
    """Cargo of a period, divided and counted. Cells may overlap: the total counts each thing once."""

    authority: str
    period_start: str
    period_end: str
    shared_with: tuple[str, ...]
    purpose: str | None
    test: bool
    least: int
    rulings: Mapping[str, int]
    by: tuple[str, ...]
    cells: tuple[CorridorCell, ...]
    total: CorridorCell
    loose: CorridorCell
    missing: int


class CorridorLink(Model):
    """Where flows meet: cargo that one announced, a second warned of, and a third dealt with."""

    announced_by: str
    alerted_by: str
    ended_at: str
    via: str
    office: str
    chapter: str | None
    consignments: int | None
    alerts: int
    hits: int | None
    controls: int | None
    seizures: int | None
    share: str | None


class CorridorNexus(Model):
    """All links of a period, those of most alerts first."""

    authority: str
    period_start: str
    period_end: str
    shared_with: tuple[str, ...]
    purpose: str | None
    test: bool
    least: int
    rulings: Mapping[str, int]
    links: tuple[CorridorLink, ...]
    of: int | None
    withheld: bool


class CorridorReport(Model):
    """What one authority counted of what one sent the other."""

    authority: str
    reference: str
    version: int
    period_start: str
    period_end: str
    sender: str
    recipient: str
    figures: tuple[CorridorFigure, ...]


class CorridorReports(Model):
    """What others tell of flows between them; never added to anything."""

    authority: str
    period_start: str
    period_end: str
    shared_with: tuple[str, ...]
    purpose: str | None
    test: bool
    least: int
    rulings: Mapping[str, int]
    reported: tuple[CorridorReport, ...]
