"""Parts that the filings of ICS2 and the declarations of NCTS share: parties, places, means, boxes.

Responsible for one group of elements at a time becoming members; the WCO ids are the bridge. Must not
know which message a group stands in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from node.convert.drafting import Drafting, Found, Path
from node.convert.values import count, equipment_scheme, names_xml_zone, xml_time
from node.convert.xml_source import Node
from node.message.faults import pointer_to
from node.reference.cargo_codes import COMMUNICATION_TYPES, PARTY_ROLES
from node.reference.identifiers import fold

PACKED = {"4": "4", "5": "5", "A": "4", "B": "5"}
"""EU CL709, and the codes of CUSCAR, to empty or full."""

MAX_LINKS = 10_000  # goods in boxes; a document of 256 KiB holds fewer
MAX_BOXES = 1_000  # one more than a notice holds, so that its rules refuse it
MAX_MEANS = 100  # likewise

_MEANS: Path = ("transport", "passive_means")
_NATURAL_PERSON = "1"


@dataclass(slots=True)
class Carriers:
    """Boxes and passive means already in the notice, by folded number.

    Attributes:
        boxes: to the index of the equipment.
        means: to the sequence of the passive means.
        links: index of the equipment, consignment and item that is in it.
    """

    boxes: dict[str, int] = field(default_factory=dict)
    means: dict[str, int] = field(default_factory=dict)
    links: set[tuple[int, int, int]] = field(default_factory=set)


def put_party(drafting: Drafting, path: Path, node: Node | None) -> None:
    """Put a party; whether it is a person is told, or a legal person is taken."""
    if node is None:
        return
    kind = node.take("typeofperson")
    if kind is None:
        text = "the source does not say: a legal person is taken"
        drafting.assume((*path, "type_of_person"), "2", text, node.source)
    drafting.put((*path, "type_of_person"), kind)
    is_person = kind is not None and kind.text == _NATURAL_PERSON
    at = (*path, "person" if is_person else "organisation")
    number = node.take("identificationnumber") or node.take("tirholderidentificationnumber")
    name = node.take("name")
    if name is None and number is not None:
        text = "its number: no name is given"
        drafting.assume((*at, "name"), number.text, text, number.source)
    drafting.put_text((*at, "name"), name, 70)
    drafting.put((*at, "identification"), number)
    address = node.first("address")
    if address is not None and address.peek("city") and address.peek("country"):
        _put_address(drafting, (*at, "address"), address)
    _put_communications(drafting, (*at, "communications"), node)


def _put_address(drafting: Drafting, path: Path, node: Node) -> None:
    members = ("streetandnumber", "street", "number", "streetadditionalline", "pobox")
    lines = [line for line in map(node.take, members) if line is not None]
    if lines:
        text = " ".join(line.text for line in lines)
        drafting.put_text((*path, "street"), Found(text, lines[0].source), 256)
    drafting.put_text((*path, "city"), node.take("city"), 35)
    drafting.put_text((*path, "subdivision"), node.take("subdivision"), 35)
    drafting.put((*path, "postcode"), node.take("postcode"))
    drafting.put((*path, "country"), node.take("country"))


def _put_communications(drafting: Drafting, path: Path, node: Node) -> None:
    found = [
        (each.take("identifier"), each.take("type"))
        for each in node.all("communication")
        if each.peek("type") in COMMUNICATION_TYPES.codes
    ]
    # The name of a contact person has no member: it would be personal data of a bystander.
    for member, kind in (("phonenumber", "TE"), ("emailaddress", "EM")):
        number = node.take("contactperson", member)
        found += [(number, Found(kind, number.source))] if number else []
    for index, (number, kind_of_number) in enumerate(found):
        drafting.put_text((*path, index, "number"), number, 256)
        drafting.put((*path, index, "type"), kind_of_number)


def put_place(drafting: Drafting, path: Path, node: Node | None) -> None:
    """Put a place: its UN/LOCODE or its name, and its country."""
    if node is None:
        return
    locode = node.take("unlocode")
    drafting.put((*path, "locode"), locode)
    drafting.put_text((*path, "name"), node.take("location"), 35)
    country = node.take("country") or node.take("address", "country")
    drafting.put((*path, "country"), country or (locode and Found(locode.text[:2], locode.source)))


def put_time(drafting: Drafting, path: Path, found: Found | None, zone: tzinfo) -> None:
    """Put a date and time, and say which zone is taken where it names none."""
    drafting.put(path, found, xml_time(zone))
    if found is not None and not names_xml_zone(found.text):
        text = f"the source names no time zone: {zone} is taken"
        drafting.say("defaulted", pointer_to(*path), text, found.source)


def put_countries(drafting: Drafting, path: Path, nodes: Sequence[Node]) -> None:
    """Put the countries of a route, in the order of the source."""
    for node in nodes:
        drafting.put((*path, drafting.count(*path)), node.take("country"))


def put_documents(drafting: Drafting, path: Path, nodes: Sequence[Node], member: str) -> None:
    """Put documents that have a number and a kind.

    Args:
        drafting: to write into.
        path: of the list.
        nodes: the documents.
        member: what the number is called in the list: `number` or `reference`.
    """
    for node in nodes:
        if node.peek("referencenumber"):
            entry = (*path, drafting.count(*path))
            drafting.put((*entry, member), node.take("referencenumber"))
            drafting.put((*entry, "type"), node.take("type"))


def put_statements(drafting: Drafting, entry: Path, nodes: Sequence[Node]) -> None:
    """Put additional information as statements of a consignment."""
    for node in nodes:
        statement = (*entry, "statements", drafting.count(*entry, "statements"))
        drafting.put((*statement, "code"), node.take("code"))
        drafting.put_text((*statement, "text"), node.take("text"), 512)


def put_actors(drafting: Drafting, entry: Path, nodes: Sequence[Node]) -> None:
    """Put recognised operators; a role that our list does not have stays named as dropped."""
    for node in nodes:
        number = node.take("identificationnumber")
        if number is not None:
            actor = (*entry, "mutual_recognition", drafting.count(*entry, "mutual_recognition"))
            drafting.put((*actor, "identification"), number)
            is_known = node.peek("role") in PARTY_ROLES.codes
            role = node.take("role") if is_known else Found("ZZ", number.source)
            drafting.put((*actor, "role"), role)


def put_means(drafting: Drafting, carriers: Carriers, node: Node) -> int | None:
    """Add a passive means, unless it is known, and give its sequence."""
    number = node.take("identificationnumber")
    if number is None:
        return None
    key = fold(number.text)
    if key not in carriers.means and len(carriers.means) < MAX_MEANS:
        entry = drafting.begin(*_MEANS, source=node.source)
        drafting.put((*entry, "identification"), number)
        drafting.put((*entry, "identification_type"), node.take("typeofidentification"))
        drafting.put((*entry, "means_type"), node.take("typeofmeansoftransport"))
        drafting.put((*entry, "nationality"), node.take("nationality"))
        carriers.means[key] = drafting.count(*_MEANS)
    return carriers.means.get(key)


def add_means(drafting: Drafting, entry: Path, sequence: int | None, source: str) -> None:
    """Say that a consignment is on a passive means."""
    path = (*entry, "passive_means")
    if sequence is not None and sequence not in (drafting.get(*path) or ()):
        drafting.put((*path, drafting.count(*path)), Found(str(sequence), source), int)


def put_box(drafting: Drafting, carriers: Carriers, node: Node) -> int | None:
    """Add a box, unless it is known, and give its index; None where it has no number."""
    number = node.take("containeridentificationnumber")
    if number is None:
        return None
    key = fold(number.text)
    if key not in carriers.boxes and len(carriers.boxes) < MAX_BOXES:
        entry = drafting.begin("equipment", source=node.source)
        carriers.boxes[key] = drafting.count("equipment") - 1
        drafting.put((*entry, "identification"), number)
        scheme = Found(equipment_scheme(number.text), number.source)
        drafting.put((*entry, "identification_scheme"), scheme)
        drafting.put((*entry, "size_type"), node.take("containersizeandtype"))
        if node.peek("containerpackedstatus") in PACKED:
            status = node.take("containerpackedstatus")
            drafting.put((*entry, "packed_status"), status, PACKED.__getitem__)
        drafting.put((*entry, "supplier_type"), node.take("containersuppliertype"))
        drafting.put((*entry, "seal_count"), node.take("numberofseals"), count)
        for seal in node.all("seal"):
            place = (*entry, "seals", drafting.count(*entry, "seals"))
            drafting.put((*place, "number"), seal.take("identifier"))
    return carriers.boxes.get(key)


def add_goods(
    drafting: Drafting, carriers: Carriers, index: int, goods: tuple[int, int], source: str
) -> None:
    """Say that an item is in a box, once; a product of all boxes and all goods is cut short.

    Args:
        drafting: to write into.
        carriers: with the links so far.
        index: of the equipment.
        goods: sequence of the consignment, and of the item in it.
        source: where this is said.
    """
    if (index, *goods) in carriers.links or len(carriers.links) > MAX_LINKS:
        return
    carriers.links.add((index, *goods))
    if len(carriers.links) > MAX_LINKS:
        text = f"more than {MAX_LINKS} goods items in boxes"
        drafting.fail("convert.too_large", text, source, ("equipment",))
        return
    place = ("equipment", index, "goods", drafting.count("equipment", index, "goods"))
    drafting.put((*place, "consignment"), Found(str(goods[0]), source), int)
    drafting.put((*place, "item"), Found(str(goods[1]), source), int)
