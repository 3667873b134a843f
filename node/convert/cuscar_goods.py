"""GID groups of a CUSCAR message: one goods item, and the boxes it is in.

Responsible for one item at a time. Must not know the consignment around it beyond its place.
"""

from node.convert import cuscar_codes as codes
from node.convert.cuscar_boxes import Boxes
from node.convert.cuscar_groups import Group
from node.convert.cuscar_parts import put_statement
from node.convert.drafting import Drafting, Found, Path
from node.convert.segments import Segment
from node.convert.values import amount, commodity, count, kilograms
from node.reference.identifiers import fold

_HS_DIGITS = 6


def read_goods(drafting: Drafting, entry: Path, group: Group, boxes: Boxes) -> None:
    """Add one goods item to a consignment."""
    item = drafting.begin(*entry, "goods", source=group.first.source)
    if group.first.text(1) == str(drafting.count(*entry, "goods")):
        group.first.take(1)
    _read_packages(drafting, item, group.first)
    _read_description(drafting, item, group)
    marks = [one.take_all(2) for one in group.rest if one.tag == "PCI"]
    text = " ".join(one.text for one in marks if one is not None)
    drafting.put_text((*item, "shipping_marks"), Found(text, group.first.source), 512)
    for segment in group.rest:
        _read_segment(drafting, entry, item, segment, boxes)


def _read_packages(drafting: Drafting, item: Path, segment: Segment) -> None:
    drafting.put((*item, "packages"), segment.take(2), count)
    kind = segment.take_code(2, 1, lists=codes.SAME_LISTS)
    if kind is None and segment.text(2):
        text = "the source does not name the kind: package"
        drafting.assume((*item, "package_type"), "PK", text, segment.source)
    drafting.put((*item, "package_type"), kind)


def _read_description(drafting: Drafting, item: Path, group: Group) -> None:
    parts = []
    for segment in group.rest:
        if segment.tag == "FTX" and segment.text(1) == "AAA":
            segment.take(1)
            parts.append(segment.take_all(4))
    text = " ".join(one.text for one in parts if one is not None)
    drafting.put_text((*item, "description"), Found(text, group.first.source), 512)


def _read_segment(drafting: Drafting, entry: Path, item: Path, segment: Segment, boxes: Boxes) -> None:
    match segment.tag:
        case "FTX" if segment.text(1) != "AAA":
            put_statement(drafting, entry, segment)
        case "MEA":
            _read_weight(drafting, item, segment)
        case "CST":
            _read_commodity(drafting, item, segment)
        case "SGP":
            _read_box(drafting, entry, item, segment, boxes)
        case "DGS" if drafting.get(*item, "un_number") is None:
            drafting.put((*item, "un_number"), segment.take(3))
        case "LOC" if segment.text(1) == codes.ORIGIN:
            segment.take(1)
            found = segment.take_code(2, lists=codes.SAME_LISTS)
            drafting.put((*item, "country_of_origin"), found)
        case "MOA" if segment.text(1) in codes.VALUES and segment.text(1, 2):
            segment.take(1)
            drafting.put((*item, "value", "amount"), segment.take(1, 1), amount)
            drafting.put((*item, "value", "currency"), segment.take(1, 2))
        case _:
            pass


def _read_weight(drafting: Drafting, item: Path, segment: Segment) -> None:
    kind = segment.text(2)
    member = "gross_mass" if kind in codes.GROSS else "net_mass" if kind in codes.NET else ""
    if segment.text(1) in codes.WEIGHTS and member and drafting.get(*item, member) is None:
        segment.take(1)
        segment.take(2)
        segment.take(3)
        drafting.put((*item, member), segment.take(3, 1), kilograms(segment.text(3)))


def _read_commodity(drafting: Drafting, item: Path, segment: Segment) -> None:
    """Read the first tariff code of a CST; what is longer than HS is the national code as well."""
    if drafting.get(*item, "hs_code") is not None or not segment.text(2):
        return
    drafting.put((*item, "hs_code"), segment.take_code(2, lists=codes.SAME_LISTS), commodity)
    digits = drafting.get(*item, "hs_code") or ""
    if len(digits) > _HS_DIGITS:
        drafting.put((*item, "hs_code"), Found(digits[:_HS_DIGITS], segment.source))
        drafting.put((*item, "national_code"), Found(digits, segment.source))


def _read_box(drafting: Drafting, entry: Path, item: Path, segment: Segment, boxes: Boxes) -> None:
    """Say that the item is in a box, or on a wagon or trailer."""
    key = fold(segment.text(1))
    if key in boxes.boxes:
        at = ("equipment", boxes.boxes[key], "goods")
        place = (*at, drafting.count(*at))
        found = segment.take_code(1, lists=codes.SAME_LISTS)
        source = found.source if found else segment.source
        drafting.put((*place, "consignment"), Found(_ordinal(entry), source), int)
        drafting.put((*place, "item"), Found(_ordinal(item), source), int)
    elif key in boxes.means:
        segment.take(1)
        held = drafting.get(*entry, "passive_means") or []
        if boxes.means[key] not in held:
            found = Found(str(boxes.means[key]), segment.source)
            drafting.put((*entry, "passive_means", len(held)), found, int)
    else:
        text = "no EQD lists this number"
        drafting.fail("convert.box_unknown", text, segment.source, (*item,))


def _ordinal(path: Path) -> str:
    return str(path[-1] + 1) if isinstance(path[-1], int) else ""
