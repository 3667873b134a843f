"""Flows: what a notice says of each of its consignments, as coded facts that may be kept and counted.

Responsible for the step from a notice to flows, and for how these are written and read. Must not
keep a name, or the number of any box, means, declaration or transport document: boxes are told apart
by their place in the notice alone.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from node.conversation.facts import Ref, full_id, milliseconds, version_of
from node.message.amendment import Amendment
from node.message.consignment import Consignment
from node.message.header import Header
from node.message.notice import PreArrivalNotice

EMPTY: Final = 0
"""Stands for the consignment where nothing is carried; those of a notice count from 1."""

_IN_BOXES: Final = "1"  # container indicator


class RouteSource(StrEnum):
    """What in a notice a route was taken from: the first of these that says one."""

    CONSIGNMENT = "consignment"  # its routing countries
    TRANSPORT = "transport"  # those of the means, between exportation and destination
    PLACES = "places"  # exportation, loading, unloading, delivery, destination
    OFFICES = "offices"  # an empty means: its originator's country and the office of entry


@dataclass(frozen=True, slots=True)
class Flow:
    """One consignment on its way, or what of a notice travels empty.

    Attributes:
        message: originator and id of the message that brought it, `AZ-SCC/019…`.
        notice: the notice, over all its versions.
        version: of the notice.
        consignment: its sequence in the notice; `EMPTY` for boxes and means that carry nothing.
        eta: expected at the office of entry, Unix ms.
        route: countries in order.
        loading: UN/LOCODE where it was loaded; None where the notice names no code.
        unloading: the same where it is unloaded.
        chapters: HS chapter and gross mass of its goods, kilograms; by chapter.
        gross_mass: kilograms, as a decimal.
        boxes: sequences of the containers and swap bodies that hold it.
        is_empty_means: the whole notice is of a means without cargo.
    """

    message: str
    notice: Ref
    version: int
    consignment: int
    recipients: tuple[str, ...]
    eta: int
    office: str
    mode: str
    combined_mode: str | None
    route: tuple[str, ...]
    route_from: RouteSource
    exportation: str | None
    destination: str | None
    loading: str | None
    unloading: str | None
    chapters: tuple[tuple[str, str], ...]
    gross_mass: str
    boxes: tuple[int, ...]
    is_empty_means: bool
    is_test: bool

    @property
    def originator(self) -> str:
        """The authority that announced it."""
        return self.notice.authority


def flows_of(document: Header, *, message_id: str) -> tuple[Flow, ...]:
    """Take the flows out of a document; an amendment gives those of the notice that it carries.

    Args:
        document: any document; all but notices and their amendments give none.
        message_id: of the message that carries it.
    """
    content = document.document if isinstance(document, Amendment) else document
    if not isinstance(content, PreArrivalNotice):
        return ()
    message = full_id(document.originator.authority, message_id)
    flows = [_flow(content, message, each) for each in content.consignments]
    held = {box for flow in flows for box in flow.boxes}
    loose = tuple(box.sequence for box in content.equipment if box.sequence not in held)
    if loose or not flows:
        flows.insert(0, _empty(content, message, loose))
    return tuple(flows)


def write_flow(flow: Flow) -> dict[str, Any]:
    """Write a flow as JSON values."""
    return {each.name: getattr(flow, each.name) for each in fields(flow)} | {
        "notice": list(flow.notice),
        "recipients": list(flow.recipients),
        "route": list(flow.route),
        "route_from": flow.route_from.value,
        "chapters": [list(each) for each in flow.chapters],
        "boxes": list(flow.boxes),
    }


def read_flow(value: dict[str, Any]) -> Flow:
    """Read a flow that `write_flow` wrote."""
    chapters = tuple((chapter, mass) for chapter, mass in value["chapters"])
    lists = {name: tuple(value[name]) for name in ("recipients", "route", "boxes")}
    notice, route_from = Ref(*value["notice"]), RouteSource(value["route_from"])
    return Flow(**{**value, **lists, "notice": notice, "route_from": route_from, "chapters": chapters})


def _shared(notice: PreArrivalNotice, message: str) -> dict[str, Any]:
    """Give what is the same for all that a notice announces."""
    version = version_of(notice)
    return {
        "message": message,
        "notice": version.ref,
        "version": version.number,
        "recipients": notice.recipients,
        "eta": milliseconds(notice.transport.estimated_arrival_at),
        "office": notice.office_of_entry,
        "mode": notice.transport.mode,
        "combined_mode": notice.transport.combined_mode,
        "is_test": notice.test,
    }


def _flow(notice: PreArrivalNotice, message: str, consignment: Consignment) -> Flow:
    route, route_from = _route(notice, consignment)
    chapters = _chapters(consignment)
    return Flow(
        **_shared(notice, message),
        consignment=consignment.sequence,
        route=route,
        route_from=route_from,
        exportation=consignment.country_of_exportation,
        destination=consignment.country_of_destination,
        loading=consignment.place_of_loading.locode,
        unloading=consignment.place_of_unloading.locode,
        chapters=tuple((chapter, _written(mass)) for chapter, mass in chapters.items()),
        gross_mass=_written(sum(chapters.values(), Decimal(0))),
        boxes=_boxes(notice, consignment),
        is_empty_means=False,
    )


def _empty(notice: PreArrivalNotice, message: str, boxes: tuple[int, ...]) -> Flow:
    countries = notice.transport.routing_countries
    offices = _joined(notice.originator.country, notice.office_of_entry[:2])
    return Flow(
        **_shared(notice, message),
        consignment=EMPTY,
        route=countries or offices,
        route_from=RouteSource.TRANSPORT if countries else RouteSource.OFFICES,
        exportation=None,
        destination=None,
        loading=None,
        unloading=None,
        chapters=(),
        gross_mass="0",
        boxes=boxes,
        is_empty_means=not notice.consignments,
    )


def _route(notice: PreArrivalNotice, consignment: Consignment) -> tuple[tuple[str, ...], RouteSource]:
    """Give the countries in order, and where they were taken from.

    The countries of the means reach from loading to unloading only: the cargo may come from further
    away and go further.
    """
    start, end = consignment.country_of_exportation, consignment.country_of_destination
    if consignment.routing_countries is not None:
        return consignment.routing_countries, RouteSource.CONSIGNMENT
    means = notice.transport.routing_countries
    if means is not None:
        before = () if start in means else (start,)
        return _joined(*before, *means, end), RouteSource.TRANSPORT
    places = (
        consignment.place_of_loading,
        consignment.place_of_unloading,
        consignment.place_of_delivery,
    )
    between = (place.country for place in places if place is not None)
    return _joined(start, *between, end), RouteSource.PLACES


def _joined(*countries: str) -> tuple[str, ...]:
    """Give countries in order, each once where it follows itself."""
    return tuple(country for country, _ in groupby(countries))


def _chapters(consignment: Consignment) -> dict[str, Decimal]:
    masses: dict[str, Decimal] = {}
    for item in sorted(consignment.goods, key=lambda item: item.hs_code):
        chapter = item.hs_code[:2]
        masses[chapter] = masses.get(chapter, Decimal(0)) + Decimal(item.gross_mass)
    return masses


def _boxes(notice: PreArrivalNotice, consignment: Consignment) -> tuple[int, ...]:
    """Give the boxes that hold a consignment.

    The only consignment of a notice is in every box that says nothing of its goods; where there are
    several, such a box could hold any of them.
    """
    is_only = len(notice.consignments) == 1 and consignment.container_indicator == _IN_BOXES
    return tuple(
        box.sequence
        for box in notice.equipment
        if any(goods.consignment == consignment.sequence for goods in box.goods)
        or (is_only and not box.goods)
    )


def _written(mass: Decimal) -> str:
    """Write a mass without needless zeros."""
    return format(mass.normalize() + 0, "f")
