"""CNI groups of a CUSCAR message: consignments, their documents, parties, places and goods.

Responsible for one consignment at a time. Must not know how the cargo is brought.
"""

from node.convert import cuscar_codes as codes
from node.convert.cuscar_boxes import Boxes, put_means
from node.convert.cuscar_goods import read_goods
from node.convert.cuscar_groups import Consignment, Manifest
from node.convert.cuscar_parts import is_to_order, put_declaration, put_party, put_place, put_statement
from node.convert.drafting import Drafting, Found, Path
from node.convert.segments import Segment
from node.message.faults import pointer_to


def read_consignment(drafting: Drafting, group: Consignment, boxes: Boxes, manifest: Manifest) -> None:
    """Add one consignment to the notice."""
    entry = drafting.begin("consignments", source=group.first.source)
    _read_documents(drafting, entry, group)
    for place, segment in enumerate(group.rest):
        following = group.rest[place + 1 :]
        match segment.tag:
            case "LOC":
                _read_location(drafting, entry, segment)
            case "NAD":
                _read_party(drafting, entry, segment, following)
            case "RFF":
                _read_reference(drafting, entry, segment)
            case "FTX":
                put_statement(drafting, entry, segment)
            case _:
                pass
    _read_means(drafting, entry, group, boxes)
    _borrow_places(drafting, entry, manifest)
    for goods in group.goods:
        read_goods(drafting, entry, goods, boxes)


def _read_documents(drafting: Drafting, entry: Path, group: Consignment) -> None:
    """Read the house document, and the master document if there is a second one."""
    known = [one for one in group.rest if one.tag == "RFF" and one.text(1) in codes.HOUSE_FIRST]
    known.sort(key=lambda one: codes.HOUSE_FIRST.index(one.text(1)))
    inside = group.means[0].first.text(3) if group.means else ""
    mode = inside if inside in codes.CARRIED_BY else drafting.get("transport", "mode")
    for member, segment in zip(("transport_document", "master_document"), known, strict=False):
        kind = codes.DOCUMENT_TYPES.get(segment.text(1))
        number = segment.take(1, 1)
        segment.take(1)
        drafting.put((*entry, member, "number"), number)
        _put_kind(drafting, (*entry, member, "type"), kind, mode, segment)
    number = group.first.take(2) if not known and group.first.tag == "CNI" else None
    if number is not None:
        drafting.put((*entry, "transport_document", "number"), number)
        _put_kind(drafting, (*entry, "transport_document", "type"), None, mode, group.first)
    sequence = group.first.text(1)
    if group.first.tag == "CNI" and sequence == str(drafting.count("consignments")):
        group.first.take(1)


def _put_kind(
    drafting: Drafting, path: Path, kind: str | None, mode: str | None, segment: Segment
) -> None:
    if kind is not None:
        drafting.put(path, Found(kind, segment.source))
    else:
        usual = codes.DOCUMENT_OF_MODE.get(mode or "", "N785")
        text = "the source does not name the kind of document: the usual one of the mode"
        drafting.assume(path, usual, text, segment.source)


def _read_location(drafting: Drafting, entry: Path, segment: Segment) -> None:
    kind = segment.text(1)
    member = codes.PLACES.get(kind)
    if member is not None and drafting.get(*entry, member) is None:
        put_place(drafting, (*entry, member), segment)
    country = codes.COUNTRIES.get(kind)
    if country is not None and drafting.get(*entry, country) is None:
        segment.take(1)
        drafting.put((*entry, country), segment.take_code(2, lists=codes.SAME_LISTS))


def _read_party(drafting: Drafting, entry: Path, segment: Segment, following: list[Segment]) -> None:
    role = codes.CARGO_PARTIES.get(segment.text(1))
    if role is None or drafting.get(*entry, role) is not None:
        return
    if role == "consignee" and is_to_order(segment):
        segment.take(1)
        segment.take_all(4)
        segment.take_all(3)
        text = "to order: nobody is named"
        drafting.assume((*entry, "to_order"), value=True, text=text, source=segment.source)
        return
    put_party(drafting, (*entry, role), segment, following)


def _read_reference(drafting: Drafting, entry: Path, segment: Segment) -> None:
    kind = segment.text(1)
    member = {"UCN": "ucr", "CU": "trader_reference"}.get(kind)
    if member is not None and drafting.get(*entry, member) is None:
        segment.take(1)
        drafting.put((*entry, member), segment.take(1, 1))
    elif kind in codes.DECLARATIONS:
        put_declaration(drafting, segment)


def _read_means(drafting: Drafting, entry: Path, group: Consignment, boxes: Boxes) -> None:
    """Read the means inside a consignment: on a ship, it is what carries this cargo on board."""
    for means in group.means:
        segment = means.first
        kind = codes.CARRIED_BY.get(segment.text(3))
        is_main = segment.text(1) in codes.MAIN_CARRIAGE and bool(segment.text(8))
        if drafting.get("transport", "mode") != "1" or kind is None or not is_main:
            continue
        segment.take(1)
        segment.take(3)
        sequence = put_means(drafting, boxes, segment.take(8), kind)
        if sequence is None:
            continue
        path = ("transport", "passive_means", sequence - 1, "nationality")
        drafting.put(path, segment.take(8, 4))
        _add_sequence(drafting, entry, sequence)
        text = "taken to be on board, carrying this consignment"
        drafting.say("doubtful", pointer_to(*entry, "passive_means"), text, segment.source)


def _add_sequence(drafting: Drafting, entry: Path, sequence: int) -> None:
    held = drafting.get(*entry, "passive_means") or []
    if sequence not in held:
        drafting.put((*entry, "passive_means", len(held)), Found(str(sequence), ""), int)


def _borrow_places(drafting: Drafting, entry: Path, manifest: Manifest) -> None:
    """Take loading and unloading from the transport where the consignment names none of its own."""
    kinds = {"place_of_loading": ("9", "5"), "place_of_unloading": ("11", "12", "8")}
    for member, borrowed in kinds.items():
        if drafting.get(*entry, member) is not None:
            continue
        for segment in (one for means in manifest.transports[:1] for one in means.rest):
            if segment.tag == "LOC" and segment.text(1) in borrowed:
                put_place(drafting, (*entry, member), segment)
                text = "the consignment names none: that of the transport"
                drafting.say("defaulted", pointer_to(*entry, member), text, segment.source)
                break
