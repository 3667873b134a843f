"""UN/EDIFACT CUSCAR, D.95B and later: each manifest becomes a pre-arrival notice.

Responsible for the order of segments, read by what they are about rather than by their position:
the editions and national profiles differ there, not in meaning. Must not know what a consignment or
a box is made of (`cuscar_cargo`, `cuscar_boxes`).
"""

from collections.abc import Callable

from node.convert import cuscar_codes as codes
from node.convert.conversion import Context, Conversion, Draft
from node.convert.cuscar_boxes import read_boxes
from node.convert.cuscar_cargo import read_consignment
from node.convert.cuscar_groups import Manifest, arrange
from node.convert.cuscar_parts import put_declaration, put_office, put_party, put_time, say_unused
from node.convert.drafting import Drafting, Found, without_repeats
from node.convert.edifact import Message, read_interchange
from node.convert.notice_frame import begin_notice, finish_notice
from node.convert.segments import Segment
from node.convert.values import combined_mode, count, kilograms, mode
from node.reference.identifiers import SHIP, structure_fault


def read_cuscar(raw: bytes, context: Context) -> Conversion:
    """Read the notices of one interchange; what is wrong is in the answer, nothing is raised."""
    interchange = read_interchange(raw)
    drafts = [_draft(message, context, is_test=interchange.is_test) for message in interchange.messages]
    return Conversion(without_repeats(drafts), interchange.failures, interchange.remarks)


def _draft(message: Message, context: Context, *, is_test: bool) -> Draft:
    header = message.segments[0]
    drafting = Drafting(header.source)
    for failure in message.failures:
        drafting.fail(failure.code, failure.text, failure.source)
    if header.text(2) != "CUSCAR":
        drafting.fail("convert.message_unknown", "expected a CUSCAR message", header.source)
    if message.failures or header.text(2) != "CUSCAR":
        return drafting.finish(context.lists)
    manifest = arrange(message.segments[1:])
    _begin(drafting, manifest, context, is_test=is_test)
    _read_head(drafting, manifest)
    _read_transport(drafting, manifest, context)
    boxes = read_boxes(drafting, manifest.boxes)
    for consignment in manifest.consignments:
        read_consignment(drafting, consignment, boxes, manifest)
    _check_counts(drafting, manifest)
    say_unused(drafting, message.segments[1:])
    return finish_notice(drafting, context)


def _begin(drafting: Drafting, manifest: Manifest, context: Context, *, is_test: bool) -> None:
    begin = next((segment for segment in manifest.head if segment.tag == "BGM"), None)
    if begin is None:
        drafting.fail("convert.segment_missing", "BGM is missing")
        begin_notice(drafting, context, None, "CUSCAR", "9")
        return
    if begin.text(1) in codes.MANIFESTS:
        begin.take(1)
    stated = begin.take(3) or Found("", begin.source)
    if stated.text not in codes.FUNCTIONS:
        text = "expected function 9, 5 or 1 (1225): a change alone is no notice"
        drafting.fail("convert.function_unknown", text, begin.source, ("function",))
    function = codes.FUNCTIONS.get(stated.text, "9")
    begin_notice(drafting, context, begin.take(2), "CUSCAR", function, is_test=is_test)


def _read_head(drafting: Drafting, manifest: Manifest) -> None:
    for place, segment in enumerate(manifest.head):
        match segment.tag:
            case "NAD":
                role = codes.HEAD_PARTIES.get(segment.text(1))
                if role is not None and drafting.get(role) is None:
                    put_party(drafting, (role,), segment, manifest.head[place + 1 :])
            case "LOC":
                put_office(drafting, segment)
            case "CNT":
                _read_total(drafting, segment)
            case "RFF" if segment.text(1) in codes.DECLARATIONS:
                put_declaration(drafting, segment)
            case _:
                pass


def _read_total(drafting: Drafting, segment: Segment) -> None:
    kind = segment.text(1)
    readers: dict[str, tuple[str, Callable[[str], str | int]]] = dict.fromkeys(
        codes.TOTAL_MASS, ("total_gross_mass", kilograms(segment.text(1, 2) or "KGM"))
    )
    readers[codes.TOTAL_PACKAGES] = ("total_packages", count)
    if kind in readers and drafting.get(readers[kind][0]) is None:
        segment.take(1)
        if kind in codes.TOTAL_MASS:
            segment.take(1, 2)
        drafting.put((readers[kind][0],), segment.take(1, 1), readers[kind][1])


def _check_counts(drafting: Drafting, manifest: Manifest) -> None:
    for segment in manifest.head:
        member = codes.TOTALS_COUNTED.get(segment.text(1)) if segment.tag == "CNT" else None
        if member is not None:
            segment.take(1)
            stated = segment.take(1, 1)
            if stated is not None and stated.text != str(drafting.count(member)):
                drafting.say("doubtful", f"/{member}", "the source counts another number", stated.source)


def _read_transport(drafting: Drafting, manifest: Manifest, context: Context) -> None:
    main = [one for one in manifest.transports if one.first.text(1) in codes.MAIN_CARRIAGE]
    for repeated in main[1:]:
        text = "one means brings the cargo: split the manifest"
        drafting.fail("convert.transport_repeated", text, repeated.first.source, ("transport",))
    for group in manifest.transports:
        stage = {codes.PRE_CARRIAGE: "departure", codes.ON_CARRIAGE: "arrival"}.get(group.first.text(1))
        if stage is not None and drafting.get("transport", f"{stage}_means") is None:
            _read_other_means(drafting, group.first, stage)
    if not main:
        drafting.fail("convert.segment_missing", "TDT is missing: what brings the cargo?")
        return
    _read_active_means(drafting, main[0].first)
    for segment in main[0].rest:
        if segment.tag == "DTM":
            _read_time(drafting, segment, context)
        elif segment.tag == "LOC":
            put_office(drafting, segment)


def _read_active_means(drafting: Drafting, segment: Segment) -> None:
    segment.take(1)
    stated = segment.take(3)
    if stated is None:
        drafting.fail("convert.mode_unknown", "TDT names no mode", segment.source, ("transport", "mode"))
        return
    drafting.put(("transport", "mode"), stated, mode)
    if combined_mode(stated.text):
        drafting.put(("transport", "combined_mode"), stated, combined_mode)
    active = ("transport", "active_means")
    drafting.put((*active, "conveyance_reference"), segment.take(2))
    if drafting.get("carrier") is None and (segment.text(5) or segment.text(5, 3)):
        _read_carrier(drafting, segment)
    if drafting.get("transport", "mode") == "1":
        _identify_ship(drafting, segment)
    else:
        _identify_vehicle(drafting, segment)
    drafting.put((*active, "nationality"), segment.take(8, 4))


def _identify_ship(drafting: Drafting, segment: Segment) -> None:
    active = ("transport", "active_means")
    if not structure_fault(segment.text(8), SHIP):
        segment.take_code(8, lists=codes.SHIP_LISTS)
        drafting.put((*active, "identification"), segment.take(8))
        drafting.put((*active, "identification_type"), Found("10", segment.source))
        drafting.put_text((*active, "name"), segment.take(8, 3), 35)
    elif segment.text(8, 3):  # a call sign stays unused: there is no member for it
        drafting.put_text((*active, "identification"), segment.take(8, 3), 35)
        drafting.put((*active, "identification_type"), Found("11", segment.source))
    else:
        text = "a ship needs its IMO number or its name"
        path = (*active, "identification")
        drafting.fail("convert.means_unidentified", text, segment.source, path)


def _identify_vehicle(drafting: Drafting, segment: Segment) -> None:
    active = ("transport", "active_means")
    kind = codes.BY_PLATE.get(drafting.get("transport", "mode") or "")
    found = segment.take(8) or segment.take(8, 3) or segment.take(2)
    if kind is None or found is None:
        text = "expected the number or plate of what brings the cargo"
        drafting.fail("convert.means_unidentified", text, segment.source, active)
        return
    drafting.put((*active, "identification"), found)
    drafting.put((*active, "identification_type"), Found(kind, segment.source))


def _read_carrier(drafting: Drafting, segment: Segment) -> None:
    at = ("carrier", "organisation")
    number = segment.take_code(5, lists=codes.CARRIER_LISTS)
    name = segment.take(5, 3)
    if name is None:
        drafting.assume((*at, "name"), number.text if number else "", "its code: no name is given")
    else:
        drafting.put_text((*at, "name"), name, 70)
    drafting.put((*at, "identification"), number)
    text = "the source does not say: a legal person is taken"
    drafting.assume(("carrier", "type_of_person"), "2", text, segment.source)


def _read_other_means(drafting: Drafting, segment: Segment, stage: str) -> None:
    """Read the means before or after the crossing, if all that its member needs is there."""
    kind = codes.MEANS_OF_STAGE.get(segment.text(3))
    if kind is None or not segment.text(8):
        return
    at = ("transport", f"{stage}_means")
    segment.take(1)
    drafting.put((*at, "mode"), segment.take(3))
    drafting.put((*at, "identification"), segment.take(8))
    drafting.put((*at, "identification_type"), Found(kind, segment.source))


def _read_time(drafting: Drafting, segment: Segment, context: Context) -> None:
    kind = segment.text(1)
    member = "estimated_arrival_at" if kind in codes.ESTIMATED_ARRIVAL else codes.DEPARTURES.get(kind)
    if member is None or drafting.get("transport", member) is not None:
        return
    if member.endswith("departure_at") and drafting.get("transport", "actual_departure_at"):
        return
    if member == "actual_departure_at" and drafting.get("transport", "estimated_departure_at"):
        text = "the actual departure takes its place"
        drafting.say("dropped", "", f"the estimated departure: {text}", segment.source)
        del drafting.value["transport"]["estimated_departure_at"]
    put_time(drafting, ("transport", member), segment, context)
