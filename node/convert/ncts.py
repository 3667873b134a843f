"""NCTS transit declarations (CC015C, amended CC013C, released CC029C) become notices.

Responsible for where a declaration has what a notice needs, and for what follows from the procedure
where it has not: a transit declaration is made to another authority for another purpose. Must not
read XML itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from node.convert.conversion import Context, Draft
from node.convert.drafting import Drafting, Path
from node.convert.ncts_cargo import is_carried, read_cargo
from node.convert.notice_frame import begin_notice, finish_notice
from node.convert.values import combined_mode, kilograms, mode
from node.convert.xml_parts import (
    Carriers,
    put_box,
    put_countries,
    put_documents,
    put_means,
    put_party,
    put_time,
)
from node.convert.xml_source import Node, Tree, say_unused

NAMESPACE: Final = "http://ncts.dgtaxud.ec"

DECLARATIONS: Final[Mapping[str, str]] = MappingProxyType({"CC015C": "9", "CC013C": "5", "CC029C": "9"})
"""Message to the function of the notice."""

_ACTIVE: Path = ("transport", "active_means")
_TYPES_OF_MODE = {"1": ("10", "11"), "2": ("21", "20"), "3": ("30",)}
"""Mode to the identification types of what may itself cross the border, the likelier first."""


def read_declaration(tree: Tree, context: Context) -> Draft:
    """Make the notice of one declaration."""
    root = tree.root
    drafting, carriers = Drafting(root.source), Carriers()
    operation = root.first("transitoperation") or root
    mrn = operation.take("mrn")
    number, system = (mrn, "NCTS MRN") if mrn else (operation.take("lrn"), "NCTS LRN")
    begin_notice(drafting, context, number, system, DECLARATIONS[tree.name])
    drafting.put(("declaration_mrn",), mrn)
    indicator = operation.take("specificcircumstanceindicator")
    drafting.put(("specific_circumstances",), indicator)
    _read_offices(drafting, root, context)
    consignment = root.first("consignment")
    if consignment is None:
        text = "Consignment is missing"
        drafting.fail("convert.element_missing", text, root.source, ("consignments",))
    else:
        _read_parties(drafting, root, consignment)
        drafting.put(("total_gross_mass",), consignment.take("grossmass"), kilograms())
        _read_transport(drafting, carriers, consignment)
        previous = consignment.all("previousdocument")
        put_documents(drafting, ("previous_documents",), previous, "number")
        boxes = [
            (put_box(drafting, carriers, box), box) for box in consignment.all("transportequipment")
        ]
        read_cargo(drafting, carriers, root, boxes)
    say_unused(drafting, root)
    return finish_notice(drafting, context)


def _read_offices(drafting: Drafting, root: Node, context: Context) -> None:
    departure = root.take("customsofficeofdeparture", "referencenumber")
    drafting.put(("office_of_declaration",), departure)
    leaving = root.take("customsofficeofexitfortransitdeclared", "referencenumber")
    drafting.put(("office_of_exit",), leaving)
    destination = root.first("customsofficeofdestinationdeclared")
    transits = root.all("customsofficeoftransitdeclared")
    countries = {name[:2] for name in context.recipients}
    here = [node for node in transits if node.peek("referencenumber")[:2] in countries]
    entry = next(iter(here or transits), destination)
    if entry is not None:
        office = entry.take("referencenumber")
        drafting.put(("office_of_entry",), office)
        if not here and office is not None and office.text[:2] not in countries:
            text = "no office of the declaration is in a recipient's country: the first on the way"
            drafting.say("doubtful", "/office_of_entry", text, office.source)
        arrival = entry.take("arrivaldateandtimeestimated")
        put_time(drafting, ("transport", "estimated_arrival_at"), arrival, context.zone)
    if destination is not None:
        drafting.put(("office_of_presentation",), destination.take("referencenumber"))


def _read_parties(drafting: Drafting, root: Node, consignment: Node) -> None:
    holder = root.first("holderofthetransitprocedure")
    carrier = consignment.first("carrier")
    put_party(drafting, ("declarant",), holder)
    put_party(drafting, ("representative",), root.first("representative"))
    put_party(drafting, ("carrier",), carrier or holder)
    if carrier is None and holder is not None:
        text = "no carrier is declared: the holder of the procedure is taken"
        drafting.say("defaulted", "/carrier", text, holder.source)


def _read_transport(drafting: Drafting, carriers: Carriers, consignment: Node) -> None:
    stated = consignment.take("modeoftransportattheborder")
    if stated is None:
        text = "modeOfTransportAtTheBorder is missing"
        path: Path = ("transport", "mode")
        drafting.fail("convert.mode_unknown", text, consignment.source, path)
    else:
        drafting.put(("transport", "mode"), stated, mode)
        if combined_mode(stated.text):
            drafting.put(("transport", "combined_mode"), stated, combined_mode)
    departures = consignment.all("departuretransportmeans")
    border = consignment.first("activebordertransportmeans")
    if border is None:
        border = _departing(drafting, departures)
        departures = [node for node in departures if node is not border]
    if border is None:
        text = "no means of transport at the border"
        drafting.fail("convert.means_unidentified", text, consignment.source, _ACTIVE)
    else:
        for name, member in (
            ("identificationnumber", "identification"),
            ("typeofidentification", "identification_type"),
            ("nationality", "nationality"),
            ("conveyancereferencenumber", "conveyance_reference"),
        ):
            drafting.put((*_ACTIVE, member), border.take(name))
    route = consignment.all("countryofroutingofconsignment")
    put_countries(drafting, ("transport", "routing_countries"), route)
    _read_departures(drafting, carriers, departures, consignment)


def _departing(drafting: Drafting, departures: list[Node]) -> Node | None:
    """Find the means of departure that can be the one at the border."""
    for kind in _TYPES_OF_MODE.get(drafting.get("transport", "mode") or "", ()):
        for node in departures:
            if node.peek("typeofidentification") == kind:
                text = "no means at the border is declared: that of departure is taken"
                drafting.say("defaulted", "/transport/active_means", text, node.source)
                return node
    return None


def _read_departures(
    drafting: Drafting, carriers: Carriers, departures: list[Node], consignment: Node
) -> None:
    """Take wagons, trucks and trailers as carried on a ship; the means before it otherwise."""
    for node in departures:
        if is_carried(drafting, node):
            put_means(drafting, carriers, node)
            text = "the means of departure is taken to be carried across the border"
            drafting.say("doubtful", "/transport/passive_means", text, node.source)
        elif drafting.get("transport", "departure_means") is None and consignment.peek(
            "inlandmodeoftransport"
        ):
            at: Path = ("transport", "departure_means")
            drafting.put((*at, "mode"), consignment.take("inlandmodeoftransport"), mode)
            drafting.put((*at, "identification"), node.take("identificationnumber"))
            drafting.put((*at, "identification_type"), node.take("typeofidentification"))
