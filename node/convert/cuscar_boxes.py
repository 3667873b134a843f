"""EQD groups of a CUSCAR message: boxes, and the wagons and trailers that stand on the ship.

Responsible for equipment, seals, and which box stands on which wagon. Must not know the goods.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from node.convert import cuscar_codes as codes
from node.convert.cuscar_groups import Group
from node.convert.drafting import Drafting, Found, Path
from node.convert.segments import Segment
from node.convert.values import equipment_scheme
from node.reference.identifiers import fold

_MEANS: Path = ("transport", "passive_means")
_ENOUGH = 100
"""Passive means that are read: one more than a notice holds, so that its rules refuse it."""


@dataclass(slots=True)
class Boxes:
    """What a manifest lists, by folded number.

    Attributes:
        boxes: number to the index of the equipment.
        means: number to the sequence of the passive means.
    """

    boxes: dict[str, int] = field(default_factory=dict)
    means: dict[str, int] = field(default_factory=dict)


def read_boxes(drafting: Drafting, groups: Iterable[Group]) -> Boxes:
    """Read all EQD groups: wagons and trailers first, so that boxes can name them."""
    boxes, groups = Boxes(), list(groups)
    for group in groups:
        kind = codes.CARRIED.get(group.first.text(1))
        if kind is not None:
            group.first.take(1)
            put_means(drafting, boxes, group.first.take(2), kind)
            _say_country(drafting, group.first, boxes)
    for group in groups:
        if group.first.text(1) in codes.BOXES:
            _read_box(drafting, group, boxes)
    return boxes


def put_means(drafting: Drafting, boxes: Boxes, number: Found | None, kind: str) -> int | None:
    """Add a passive means, unless it is known, and give its sequence; None beyond all measure."""
    if number is None:
        return None
    key = fold(number.text)
    if key not in boxes.means and len(boxes.means) < _ENOUGH:
        entry = drafting.begin(*_MEANS, source=number.source)
        drafting.put((*entry, "identification"), number)
        drafting.put((*entry, "identification_type"), Found(kind, number.source))
        boxes.means[key] = drafting.count(*_MEANS)
    return boxes.means.get(key)


def _say_country(drafting: Drafting, segment: Segment, boxes: Boxes) -> None:
    sequence = boxes.means.get(fold(segment.text(2)))
    if sequence is not None:
        drafting.put((*_MEANS, sequence - 1, "nationality"), segment.take(2, 3))


def _read_box(drafting: Drafting, group: Group, boxes: Boxes) -> None:
    segment = group.first
    if not segment.text(2):
        text = "EQD has no number"
        drafting.fail("convert.segment_missing", text, segment.source, ("equipment",))
        return
    kind = segment.take(1)
    entry = drafting.begin("equipment", source=segment.source)
    boxes.boxes[fold(segment.text(2))] = drafting.count("equipment") - 1
    number = segment.take_code(2, lists=codes.SAME_LISTS)
    drafting.put((*entry, "identification"), number)
    scheme = codes.BOXES[kind.text if kind else ""] or equipment_scheme(number.text if number else "")
    drafting.put((*entry, "identification_scheme"), Found(scheme, segment.source))
    drafting.put((*entry, "size_type"), segment.take_code(3, lists=codes.SAME_LISTS))
    drafting.put((*entry, "supplier_type"), segment.take(4))
    if segment.text(6) in codes.PACKED:
        drafting.put((*entry, "packed_status"), segment.take(6), codes.PACKED.__getitem__)
    for other in group.rest:
        if other.tag == "SEL":
            _read_seal(drafting, (*entry, "seals"), other)
        elif other.tag == "EQA" and other.text(1) in codes.CARRIED and other.text(2):
            kind_of_means = codes.CARRIED[other.text(1)]
            other.take(1)
            sequence = put_means(drafting, boxes, other.take(2), kind_of_means)
            found = Found(str(sequence or ""), other.source)
            drafting.put((*entry, "passive_means"), found, int)


def _read_seal(drafting: Drafting, path: Path, segment: Segment) -> None:
    if segment.text(1):
        entry = (*path, drafting.count(*path))
        drafting.put((*entry, "number"), segment.take(1))
        if segment.text(2) in codes.SEALED_BY:
            drafting.put((*entry, "party"), segment.take(2), codes.SEALED_BY.__getitem__)
