"""EU ICS2 entry summary declarations (IE3F10, F11 sea; F50 road; F51 rail) become notices.

Responsible for where an ENS has what a notice needs; the element tables of the ICS2 message
specification name the WCO id of each. Must not read XML itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from node.convert.conversion import Context, Draft
from node.convert.drafting import Drafting, Path
from node.convert.notice_frame import begin_notice, finish_notice
from node.convert.values import kilograms
from node.convert.xml_goods import read_goods
from node.convert.xml_parts import (
    Carriers,
    add_goods,
    add_means,
    put_actors,
    put_box,
    put_countries,
    put_documents,
    put_means,
    put_party,
    put_place,
    put_statements,
    put_time,
)
from node.convert.xml_source import Node, Tree, say_unused
from node.message.faults import pointer_to

NAMESPACE: Final = "urn:wco:datamodel:eu:ics2:2"

FILINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("IE3F10", "IE3F11", "IE3F50", "IE3F51"), "9"),
        **dict.fromkeys(("IE3A10", "IE3A11", "IE3A50", "IE3A51"), "5"),
    }
)
"""Filing to the function of the notice: the A messages amend, with the whole filing again."""

_PARTIES = ("consignor", "consignee")
_ACTIVE: Path = ("transport", "active_means")
_TIMES = {
    "estimateddateandtimeofarrival": "estimated_arrival_at",
    "estimateddateandtimeofdeparture": "estimated_departure_at",
    "actualdateandtimeofdeparture": "actual_departure_at",
}


def read_filing(tree: Tree, context: Context) -> Draft:
    """Make the notice of one filing."""
    root = tree.root
    drafting, carriers = Drafting(root.source), Carriers()
    root.is_used = True
    begin_notice(drafting, context, root.take("lrn"), "ICS2 LRN", FILINGS[tree.name])
    drafting.put(("declaration_mrn",), root.take("mrn"))
    drafting.put(("specific_circumstances",), root.take("specificcircumstanceindicator"))
    drafting.put(("office_of_entry",), root.take("customsofficeoffirstentry", "referencenumber"))
    _read_transport(drafting, root, context)
    for role in ("declarant", "representative"):
        put_party(drafting, (role,), root.first(role))
    master = root.first("consignmentmasterlevel")
    if master is None:
        text = "consignmentMasterLevel is missing"
        drafting.fail("convert.element_missing", text, root.source, ("consignments",))
    else:
        _read_master(drafting, carriers, master)
    say_unused(drafting, root)
    return finish_notice(drafting, context)


def _read_transport(drafting: Drafting, root: Node, context: Context) -> None:
    means = root.first("activebordertransportmeans")
    if means is None:
        text = "activeBorderTransportMeans is missing"
        drafting.fail("convert.element_missing", text, root.source, ("transport",))
        return
    drafting.put(("transport", "mode"), means.take("modeoftransport"))
    drafting.put((*_ACTIVE, "identification"), means.take("identificationnumber"))
    drafting.put((*_ACTIVE, "identification_type"), means.take("typeofidentification"))
    drafting.put((*_ACTIVE, "means_type"), means.take("typeofmeansoftransport"))
    drafting.put((*_ACTIVE, "nationality"), means.take("nationality"))
    drafting.put((*_ACTIVE, "conveyance_reference"), means.take("conveyancereferencenumber"))
    for name, member in _TIMES.items():
        found = means.take(name, "datetime") or means.take(name)
        put_time(drafting, ("transport", member), found, context.zone)
    route = means.all("countriesofroutingofmeansoftransport")
    put_countries(drafting, ("transport", "routing_countries"), route)


def _read_master(drafting: Drafting, carriers: Carriers, master: Node) -> None:
    """Read the master consignment: around its houses, or itself where it has none."""
    put_party(drafting, ("carrier",), master.first("carrier"))
    drafting.put(("total_gross_mass",), master.take("totalgrossmass"), kilograms())
    houses = master.all("consignmenthouselevel")
    for box in master.all("transportequipment"):
        put_box(drafting, carriers, box)
    on_board = _put_master_means(drafting, carriers, master) if houses else []
    for house in houses or [master]:
        entry = drafting.begin("consignments", source=house.source)
        _read_documents(drafting, entry, master, house)
        _read_consignment(drafting, entry, carriers, house)
        if house is not master:
            _inherit(drafting, entry, master, house)
        for sequence in on_board:
            add_means(drafting, entry, sequence, master.source)


def _read_documents(drafting: Drafting, entry: Path, master: Node, house: Node) -> None:
    own = house.first("transportdocumenthouselevel")
    above = master.first("transportdocumentmasterlevel")
    pairs = [("transport_document", own or above), ("master_document", above if own else None)]
    for member, node in pairs:
        if node is not None:
            number = node.take("documentnumber") or node.take("referencenumber")
            drafting.put((*entry, member, "number"), number)
            drafting.put((*entry, member, "type"), node.take("type"))


def _read_consignment(drafting: Drafting, entry: Path, carriers: Carriers, node: Node) -> None:
    drafting.put((*entry, "container_indicator"), node.take("containerindicator"))
    trader = node.take("referencenumberucr", "referencenumberucr") or node.take("referencenumberucr")
    drafting.put((*entry, "trader_reference"), trader)
    _read_places(drafting, entry, node)
    method = node.take("transportcharges", "methodofpayment")
    drafting.put((*entry, "transport_charges_method"), method)
    route = node.all("countriesofroutingofconsignment")
    put_countries(drafting, (*entry, "routing_countries"), route)
    for role in _PARTIES:
        put_party(drafting, (*entry, role), node.first(role))
    for role in ("buyer", "seller"):
        put_party(drafting, (*entry, role), node.first("goodsshipment", role))
    _read_lists(drafting, entry, node)
    for means in node.all("passivebordertransportmeans"):
        add_means(drafting, entry, put_means(drafting, carriers, means), means.source)
    boxes = _put_boxes(drafting, carriers, node)
    for item_node in node.all("goodsitem"):
        item = read_goods(drafting, entry, item_node)
        _read_lists(drafting, entry, item_node)
        goods = (_ordinal(entry), _ordinal(item))
        for index, source in {**boxes, **_put_boxes(drafting, carriers, item_node)}.items():
            add_goods(drafting, carriers, index, goods, source)
        for means in item_node.all("passivebordertransportmeans"):
            add_means(drafting, entry, put_means(drafting, carriers, means), means.source)


def _read_places(drafting: Drafting, entry: Path, node: Node) -> None:
    for member in ("acceptance", "loading", "unloading", "delivery"):
        path = (*entry, f"place_of_{member}")
        if drafting.get(*path) is None:
            put_place(drafting, path, node.first(f"placeof{member}"))


def _read_lists(drafting: Drafting, entry: Path, node: Node) -> None:
    documents = (*entry, "additional_documents")
    put_documents(drafting, documents, node.all("supportingdocuments"), "reference")
    put_statements(drafting, entry, node.all("additionalinformation"))
    put_actors(drafting, entry, node.all("additionalsupplychainactor"))


def _inherit(drafting: Drafting, entry: Path, master: Node, house: Node) -> None:
    """Take from the master consignment what a house consignment leaves to it."""
    _read_places(drafting, entry, master)
    for role in _PARTIES:
        if drafting.get(*entry, role) is None and master.first(role) is not None:
            put_party(drafting, (*entry, role), master.first(role))
            text = "the house consignment names none: that of the master consignment"
            drafting.say("defaulted", pointer_to(*entry, role), text, house.source)


def _put_boxes(drafting: Drafting, carriers: Carriers, node: Node) -> dict[int, str]:
    """Add the boxes of a consignment or item, and give each once: its index and place."""
    found = [(put_box(drafting, carriers, box), box) for box in node.all("transportequipment")]
    return {index: box.source for index, box in found if index is not None}


def _put_master_means(drafting: Drafting, carriers: Carriers, master: Node) -> list[int]:
    """Add what carries the whole master consignment, and give the sequences, each once."""
    found = [put_means(drafting, carriers, one) for one in master.all("passivebordertransportmeans")]
    return sorted({sequence for sequence in found if sequence is not None})


def _ordinal(path: Path) -> int:
    return path[-1] + 1 if isinstance(path[-1], int) else 0
