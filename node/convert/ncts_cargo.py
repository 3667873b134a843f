"""The house consignments of an NCTS declaration, their items, and the boxes these are in.

Responsible for consignments and goods, and for what a house consignment takes from the consignment
above it. Must not know the journey.
"""

from node.convert.drafting import Drafting, Found, Path
from node.convert.xml_goods import read_goods
from node.convert.xml_parts import (
    Carriers,
    add_goods,
    add_means,
    put_actors,
    put_documents,
    put_means,
    put_party,
    put_place,
    put_statements,
)
from node.convert.xml_source import Node
from node.message.faults import pointer_to

Boxes = list[tuple[int | None, Node]]

_TRANSIT_DECLARATION = "N821"


def read_cargo(drafting: Drafting, carriers: Carriers, root: Node, boxes: Boxes) -> None:
    """Add all house consignments, then say which goods are in which box."""
    items: dict[str, tuple[int, int]] = {}
    above = root.first("consignment") or root
    houses = above.all("houseconsignment")
    for house in houses:
        entry = drafting.begin("consignments", source=house.source)
        _read_documents(drafting, entry, root, house, is_only=len(houses) == 1)
        _read_house(drafting, entry, root, house)
        for means in house.all("departuretransportmeans"):
            if is_carried(drafting, means):
                add_means(drafting, entry, put_means(drafting, carriers, means), means.source)
        if not house.first("departuretransportmeans"):
            for sequence in carriers.means.values():
                add_means(drafting, entry, sequence, house.source)
        for node in house.all("consignmentitem"):
            _read_item(drafting, entry, node, items)
    _read_shared(drafting, above)
    _link(drafting, carriers, boxes, items)


def is_carried(drafting: Drafting, means: Node) -> bool:
    """Say whether a means of departure is carried over the border: wagons and trailers always are."""
    kind, mode = means.peek("typeofidentification"), drafting.get("transport", "mode")
    return kind in {"20", "31"} or (kind == "30" and mode in {"1", "2"})


def _read_documents(drafting: Drafting, entry: Path, root: Node, house: Node, *, is_only: bool) -> None:
    """Find the transport document of a house; without one, the declaration stands for it."""
    own, master = house.first("transportdocument"), root.first("consignment", "transportdocument")
    if own is None and is_only:
        own, master, *_ = (*root.all("consignment", "transportdocument"), None, None)
    if own is not None:
        _put_document(drafting, (*entry, "transport_document"), own)
    else:
        operation = root.first("transitoperation") or root
        number = operation.peek("mrn") or operation.peek("lrn")
        text = "no transport document: the declaration and the number of the house consignment"
        path = (*entry, "transport_document")
        drafting.assume((*path, "number"), f"{number}/{house.position}", text, house.source)
        drafting.assume((*path, "type"), _TRANSIT_DECLARATION, text, house.source)
    if master is not None:
        _put_document(drafting, (*entry, "master_document"), master)


def _put_document(drafting: Drafting, path: Path, node: Node) -> None:
    drafting.put((*path, "number"), node.take("referencenumber"))
    drafting.put((*path, "type"), node.take("type"))


def _read_house(drafting: Drafting, entry: Path, root: Node, house: Node) -> None:
    above = root.first("consignment") or root
    _inherit(drafting, (*entry, "ucr"), house, above, "referencenumberucr")
    _inherit(drafting, (*entry, "country_of_exportation"), house, above, "countryofdispatch")
    _inherit(drafting, (*entry, "country_of_destination"), house, above, "countryofdestination")
    _inherit(drafting, (*entry, "container_indicator"), above, above, "containerindicator")
    method = house.take("transportcharges", "methodofpayment")
    if method is None:
        method = above.take("transportcharges", "methodofpayment")
    drafting.put((*entry, "transport_charges_method"), method)
    carnet = root.take("transitoperation", "tircarnetnumber")
    drafting.put((*entry, "tir_carnet"), carnet)
    guarantee = root.take("guarantee", "guaranteereference", "grn")
    drafting.put((*entry, "guarantee_reference"), guarantee)
    _read_places(drafting, entry, root, above)
    _read_parties(drafting, entry, root, house)
    drafting.put((*entry, "goods_location", "code"), above.take("locationofgoods", "unlocode"))
    _read_lists(drafting, entry, house)


def _inherit(drafting: Drafting, path: Path, house: Node, above: Node, name: str) -> None:
    drafting.put(path, house.take(name) or above.take(name))


def _read_places(drafting: Drafting, entry: Path, root: Node, above: Node) -> None:
    """Read loading and unloading; without them, the offices at both ends are the places."""
    for member, office in (
        ("loading", "customsofficeofdeparture"),
        ("unloading", "customsofficeofdestinationdeclared"),
    ):
        path = (*entry, f"place_of_{member}")
        put_place(drafting, path, above.first(f"placeof{member}"))
        code = root.peek(office, "referencenumber")
        if drafting.get(*path) is None and code:
            text = f"no place of {member} is declared: the customs office"
            drafting.assume((*path, "name"), code, text)
            drafting.put((*path, "country"), Found(code[:2], drafting.source))


def _read_parties(drafting: Drafting, entry: Path, root: Node, house: Node) -> None:
    above = root.first("consignment") or root
    for role in ("consignor", "consignee"):
        path, text = (*entry, role), ""
        node = house.first(role) or above.first(role)
        if node is None and role == "consignor":
            node = root.first("holderofthetransitprocedure")
            text = "no consignor is declared: the holder of the procedure is taken"
        put_party(drafting, path, node)
        if text and node is not None:
            drafting.say("defaulted", pointer_to(*path), text, node.source)


def _read_lists(drafting: Drafting, entry: Path, node: Node) -> None:
    documents = (*entry, "additional_documents")
    put_documents(drafting, documents, node.all("supportingdocument"), "reference")
    put_documents(drafting, documents, node.all("additionalreference"), "reference")
    put_documents(drafting, ("previous_documents",), node.all("previousdocument"), "number")
    put_statements(drafting, entry, node.all("additionalinformation"))
    put_actors(drafting, entry, node.all("additionalsupplychainactor"))


def _read_item(drafting: Drafting, entry: Path, node: Node, items: dict[str, tuple[int, int]]) -> None:
    read_goods(drafting, entry, node)
    _read_lists(drafting, entry, node)
    sequence = drafting.count("consignments")
    number = node.peek("declarationgoodsitemnumber")
    items[number] = (sequence, drafting.count(*entry, "goods"))
    if number == str(len(items)):
        node.take("declarationgoodsitemnumber")


def _read_shared(drafting: Drafting, above: Node) -> None:
    """Give what is said of all house consignments together to the first of them."""
    if drafting.count("consignments"):
        _read_lists_of_all(drafting, ("consignments", 0), above)


def _read_lists_of_all(drafting: Drafting, entry: Path, above: Node) -> None:
    documents = (*entry, "additional_documents")
    put_documents(drafting, documents, above.all("supportingdocument"), "reference")
    put_documents(drafting, documents, above.all("additionalreference"), "reference")
    put_statements(drafting, entry, above.all("additionalinformation"))
    put_actors(drafting, entry, above.all("additionalsupplychainactor"))


def _link(
    drafting: Drafting, carriers: Carriers, boxes: Boxes, items: dict[str, tuple[int, int]]
) -> None:
    for index, box in boxes:
        for reference in box.all("goodsreference"):
            number = reference.take("declarationgoodsitemnumber")
            if number is None:
                continue
            if number.text not in items:
                text = "no goods item of the declaration has this number"
                drafting.fail("convert.goods_unknown", text, number.source, ("equipment",))
            elif index is not None:
                add_goods(drafting, carriers, index, items[number.text], number.source)
