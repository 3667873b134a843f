"""The groups of a CUSCAR message: head, transport, boxes, consignments with their goods.

Responsible for which segment belongs to which, in every edition since D.95B. Must not read values.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from node.convert import cuscar_codes as codes
from node.convert.segments import Segment

_OF_TRANSPORT = {"LOC", "DTM", "TPL", "TSR", "MEA"}
_OF_BOX = {"TSR", "MEA", "DIM", "SEL", "NAD", "GIS", "GEI", "EQA", "TMP", "RNG", "FTX", "HAN", "DGS"}


@dataclass(slots=True)
class Group:
    """A segment and those that belong to it."""

    first: Segment
    rest: list[Segment] = field(default_factory=list)


@dataclass(slots=True)
class Consignment(Group):
    """A consignment: what is said of it as a whole, the means inside it, its goods."""

    means: list[Group] = field(default_factory=list)
    goods: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class Manifest:
    """One message, arranged."""

    head: list[Segment] = field(default_factory=list)
    transports: list[Group] = field(default_factory=list)
    boxes: list[Group] = field(default_factory=list)
    consignments: list[Consignment] = field(default_factory=list)


def arrange(segments: Iterable[Segment]) -> Manifest:
    """Give each segment its group."""
    manifest = Manifest()
    for segment in segments:
        if segment.tag == "CNI":
            manifest.consignments.append(Consignment(segment))
        elif manifest.consignments:
            _add_to_consignment(manifest, segment)
        else:
            _add_to_head(manifest, segment)
    return manifest


def _add_to_head(manifest: Manifest, segment: Segment) -> None:
    if segment.tag == "TDT":
        manifest.transports.append(Group(segment))
    elif segment.tag == "EQD":
        manifest.boxes.append(Group(segment))
    elif manifest.boxes and segment.tag in _OF_BOX:
        manifest.boxes[-1].rest.append(segment)
    elif manifest.transports and not manifest.boxes and segment.tag in _OF_TRANSPORT:
        manifest.transports[-1].rest.append(segment)
    else:
        manifest.head.append(segment)


def _add_to_consignment(manifest: Manifest, segment: Segment) -> None:
    consignment = manifest.consignments[-1]
    if segment.tag == "RFF" and consignment.goods and segment.text(1) in codes.HOUSE_FIRST:
        # Since D.97B one CNI may hold several documents, each with goods of its own.
        manifest.consignments.append(Consignment(segment, [segment]))
    elif segment.tag == "GID":
        consignment.goods.append(Group(segment))
    elif consignment.goods:
        consignment.goods[-1].rest.append(segment)
    elif segment.tag == "TDT":
        consignment.means.append(Group(segment))
    elif consignment.means and segment.tag == "DTM":
        consignment.means[-1].rest.append(segment)
    else:
        consignment.rest.append(segment)
