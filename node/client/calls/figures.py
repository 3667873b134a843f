"""Requests for figures of a period and for the corridor view.

Responsible for their parameters. Must not count.
"""

from typing import TypedDict, Unpack

from node.client.call import Call, get
from node.client.models.figures import CorridorNexus, CorridorReports, CorridorTable, StatisticsAnswer


class Period(TypedDict, total=False):
    """Of what time: a month, or from a day until before another; nothing: this month so far."""

    month: str
    start: str
    end: str


class StatisticsFilter(Period, total=False):
    """Which figures; docs/statistics.md."""

    peer: str
    by_month: bool
    test: bool


class CorridorFilter(Period, total=False):
    """Which view; docs/corridor.md."""

    shared_with: str
    purpose: str
    test: bool


class CorridorCut(CorridorFilter, total=False):
    """How the cargo is divided, and of which cargo."""

    by: str
    route: str
    leg: str
    origin: str
    destination: str
    office: str
    mode: str
    chapter: str
    originator: str
    counterpart: str


class NexusFilter(CorridorFilter, total=False):
    """Which links."""

    authorities: int


def statistics(**filters: Unpack[StatisticsFilter]) -> Call[StatisticsAnswer]:
    """Read the figures of a period, over the conversations that the system sees."""
    return get("/statistics", StatisticsAnswer, **filters)


def corridor(**filters: Unpack[CorridorCut]) -> Call[CorridorTable]:
    """Read the cargo of a period, divided and counted."""
    return get("/corridor", CorridorTable, **filters)


def corridor_nexus(**filters: Unpack[NexusFilter]) -> Call[CorridorNexus]:
    """Read where flows meet: what one announced, a second warned of, and a third dealt with."""
    return get("/corridor/nexus", CorridorNexus, **filters)


def corridor_reported(**filters: Unpack[CorridorFilter]) -> Call[CorridorReports]:
    """Read what others tell of flows between them."""
    return get("/corridor/reported", CorridorReports, **filters)
