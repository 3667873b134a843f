"""Cargo on the corridor, made by hand: flows, cases, and the pages they come from."""

from dataclasses import replace
from decimal import Decimal

from node.conversation.facts import Ref
from node.conversation.measures import Measure, Period
from node.conversation.page import Page
from node.corridor.case import Case, case_of
from node.corridor.flows import Flow, RouteSource
from node.trust.agreement import Deadlines
from tests.conversation.conftest import AZ, DAY, HOUR, NOON, UZ

TM = "TM-SCS"
WEEK = Period(NOON - DAY, NOON + 6 * DAY)
LATER = NOON + 30 * DAY
NOTICE = Ref("pre-arrival-notice", AZ, "AZ-PAN-1")
ALERT = Ref("alert", TM, "TM-ALR-1")


def flow(notice=NOTICE, consignment=1, **more):
    """Make a flow of one consignment of fruit in one box."""
    return replace(
        Flow(
            message=f"{notice.authority}/{notice.reference}:1",
            notice=notice,
            version=1,
            consignment=consignment,
            recipients=(UZ,),
            eta=NOON + DAY,
            office="UZ001604",
            mode="1",
            combined_mode="12",
            route=("AZ", "TM", "UZ"),
            route_from=RouteSource.CONSIGNMENT,
            exportation="AZ",
            destination="UZ",
            loading="AZALA",
            unloading="TMKRW",
            chapters=(("08", "100"),),
            gross_mass="100",
            boxes=(consignment,),
            is_empty_means=False,
            is_test=False,
        ),
        **more,
    )


def case(lead=NOTICE, peer=None, *, own=UZ, **more):
    """Make the case of a notice or an alert, of which nothing has come yet."""
    peer = peer or lead.authority
    return replace(
        Case(
            lead=lead,
            message=f"{lead.authority}/{lead.reference}:1",
            version=1,
            recipient=own if lead.authority == peer else peer,
            peer=peer,
            notices=(),
            at=NOON + DAY,
            is_withdrawn=False,
            has_outcome=False,
            hits=0,
            measures=(),
        ),
        **more,
    )


def alert(number=1, author=TM, *notices, **more):
    """Make the case of an alert about notices."""
    return case(Ref("alert", author, f"{author[:2]}-ALR-{number}"), notices=notices, **more)


def controlled(result="b1", trigger="alert"):
    """Give what one control adds to figures."""
    is_hit = int(result in {"a4", "a5", "b1"})
    results = [Measure(f"controls-{code}", int(code == result)) for code in CODES]
    return (Measure("controls", 1), *results, Measure("hit-rate", is_hit, trigger=trigger))


CODES = ("a1", "a2", "a3", "a4", "a5", "b1")


def seized(*commodities):
    """Give what one seizure of a kilogram of each adds to figures."""
    split = [
        one
        for each in commodities
        for one in (
            Measure("seizures", 1, commodity=each),
            Measure("seized-mass", Decimal(1), commodity=each),
        )
    ]
    return (Measure("seizures", 1), *split)


def numbers(cell):
    """Give the figures of a cell by their names."""
    return {
        (one.measure if one.part is None else f"{one.measure} {one.part}"): one.value
        for one in cell.figures
    }


def page(lead, *spoken, own=UZ, peer=None, acts=()):
    """Put a page together; what has no time of delivery came an hour after it was sealed."""
    there = [replace(one, delivered_at=one.delivered_at or one.at + HOUR) for one in spoken]
    other = peer or lead.authority
    return Page(own, other, lead, said={one.id: one for one in there}, acts=list(acts))


def taken(made, **more):
    """Take the case out of a page, a month later."""
    return case_of(made, **{"now": LATER, "terms": Deadlines(), **more})
