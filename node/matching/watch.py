"""Watch items: what an authority looks for by itself, in every notice that comes.

Responsible for the shape of one item and the rules between its members. Unlike an alert it stays inside
the authority, and a party alone is enough to look for.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from node.message.alert import Route, SuspectedGoods
from node.message.faults import Fault, pointer_to
from node.message.fields import Part, ReferenceNumber, Text512, UnitId, Utc, element
from node.message.notice_rules import place_faults
from node.message.subject import Subject
from node.message.subject_rules import subject_faults
from node.reference.risk_codes import RiskArea


class WatchItem(Part):
    """Something to look for, from when until when, and for whom."""

    id: Annotated[ReferenceNumber, element(None, "an..35", "Our own number of the item.")]
    subject: Annotated[Subject, element(None, "Subject", "What to look for.")]
    route: Annotated[
        Route | None, element(None, "Route", "Way and expected arrival; raises or lowers a match.")
    ] = None
    suspected_goods: Annotated[
        tuple[SuspectedGoods, ...],
        Field(max_length=20),
        element(None, "SuspectedGoods", "What may be in it; raises a match."),
    ] = ()
    valid_from: Annotated[Utc, element(None, "date-time", "Cargo arriving from then on, UTC.")]
    valid_until: Annotated[Utc, element(None, "date-time", "Cargo arriving until then, UTC.")]
    reason: Annotated[RiskArea, element(None, "an..17", "What is feared.")]
    reason_text: Annotated[
        Text512 | None, element(None, "an..512", "Why, in words; required with `other`.")
    ] = None
    unit: Annotated[UnitId, element(None, "an..35", "Whose item it is.")]
    test: Annotated[bool, element(None, "boolean", "True: looked for in test traffic only.")] = False


def watch_faults(item: WatchItem) -> Iterator[Fault]:
    """Give the faults between the members of an item, in their order."""
    for fault in subject_faults(item.subject):
        if fault.code != "rule.subject_named" or not item.subject.parties:
            yield fault
    if item.route is not None:
        for name in ("place_of_loading", "place_of_unloading"):
            place = getattr(item.route, name)
            if place is not None:
                yield from place_faults(place, "route", name)
    if item.valid_from >= item.valid_until:
        yield Fault("/valid_from", "rule.valid_from_before_until", "must be before valid_until")
    if item.reason == "other" and item.reason_text is None:
        yield Fault(
            pointer_to("reason_text"),
            "rule.reason_worded",
            "the reason `other` must be put in words",
        )
