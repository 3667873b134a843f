"""Parts that several groups of a CUSCAR message share: parties, places, times, references.

Responsible for one segment at a time becoming members. Must not know the order of segments.
"""

from collections.abc import Iterable

from node.convert import cuscar_codes as codes
from node.convert.conversion import Context
from node.convert.drafting import Drafting, Found, Path
from node.convert.segments import Segment
from node.convert.values import edifact_time, is_date_only, names_zone
from node.message.faults import pointer_to

_LOCODE_LENGTH = 5
_ABOUT_PARTY = ("CTA", "COM", "DTM")
_TO_ORDER = ("TO ORDER", "TO THE ORDER", "ORDER OF", "TO BEARER")


def say_unused(drafting: Drafting, segments: Iterable[Segment]) -> None:
    """Name everything of a message that has no member, segment by segment."""
    for segment in segments:
        unused = segment.unused()
        if unused:
            what = "all of it" if not segment.used else f"element {', '.join(unused)}"
            drafting.say("dropped", "", f"no member for {what}", segment.source)


def put_time(drafting: Drafting, path: Path, segment: Segment, context: Context) -> None:
    """Put the time of a DTM, and say what it leaves open."""
    form = segment.text(1, 2) or "102"
    segment.take(1)
    segment.take(1, 2)
    drafting.put(path, segment.take(1, 1), edifact_time(form, context.zone))
    if is_date_only(form):
        drafting.say("doubtful", pointer_to(*path), "a day without an hour: midnight", segment.source)
    if not names_zone(form):
        text = f"the source names no time zone: {context.zone} is taken"
        drafting.say("defaulted", pointer_to(*path), text, segment.source)


def put_office(drafting: Drafting, segment: Segment) -> None:
    """Put the customs office of a LOC, if it is about one."""
    member = codes.OFFICES.get(segment.text(1))
    if member is not None and drafting.get(member) is None:
        segment.take(1)
        drafting.put((member,), segment.take_code(2, lists=codes.SAME_LISTS))


def put_place(drafting: Drafting, path: Path, segment: Segment) -> None:
    """Put the place of a LOC. A name alone is not enough: its country is not known."""
    code = segment.text(2)
    if len(code) != _LOCODE_LENGTH or not code.isalnum() or not code[:2].isalpha():
        text = "expected a UN/LOCODE: two letters and three letters or digits"
        drafting.fail("convert.place_unknown", text, segment.source, path)
        return
    segment.take(1)
    found = segment.take_code(2, lists=codes.SAME_LISTS)
    drafting.put((*path, "locode"), found)
    drafting.put((*path, "country"), found and Found(found.text[:2], found.source))
    drafting.put_text((*path, "name"), segment.take(2, 3), 35)


def is_to_order(segment: Segment) -> bool:
    """Say whether a NAD names nobody, because the document is to order."""
    name = (segment.text(4) or segment.text(3)).upper()
    return name.startswith(_TO_ORDER)


def put_party(drafting: Drafting, path: Path, segment: Segment, following: Iterable[Segment]) -> None:
    """Put the party of a NAD, with the CTA and COM that follow it."""
    organisation = (*path, "organisation")
    segment.take(1)
    number = segment.take_code(2, lists=codes.CARRIER_LISTS)
    name = segment.take_all(4) or segment.take(3)
    if name is not None:
        drafting.put_text((*organisation, "name"), name, 70)
    elif number is not None:
        text = "its number: no name is given"
        drafting.assume((*organisation, "name"), number.text, text, segment.source)
    else:
        drafting.fail("convert.party_unnamed", "NAD names nobody", segment.source, path)
        return
    drafting.put((*organisation, "identification"), number)
    if segment.text(6) and segment.text(9):
        _put_address(drafting, (*organisation, "address"), segment)
    _put_communications(drafting, (*organisation, "communications"), following)
    text = "the source does not say: a legal person is taken"
    drafting.assume((*path, "type_of_person"), "2", text, segment.source)


def _put_address(drafting: Drafting, path: Path, segment: Segment) -> None:
    drafting.put_text((*path, "street"), segment.take_all(5), 256)
    drafting.put_text((*path, "city"), segment.take(6), 35)
    drafting.put_text((*path, "subdivision"), segment.take(7) or segment.take(7, 3), 35)
    drafting.put((*path, "postcode"), segment.take(8))
    drafting.put((*path, "country"), segment.take(9))


def _put_communications(drafting: Drafting, path: Path, following: Iterable[Segment]) -> None:
    for segment in following:
        if segment.tag not in _ABOUT_PARTY:
            return
        kind = codes.COMMUNICATIONS.get(segment.text(1, 1)) if segment.tag == "COM" else None
        if kind is not None and segment.text(1):
            entry = (*path, drafting.count(*path))
            segment.take(1, 1)
            drafting.put_text((*entry, "number"), segment.take(1), 256)
            drafting.put((*entry, "type"), Found(kind, segment.source))


def put_declaration(drafting: Drafting, segment: Segment) -> None:
    """Add the goods declaration that a RFF names; the source does not say which kind it is."""
    index = drafting.count("previous_documents")
    segment.take(1)
    drafting.put(("previous_documents", index, "number"), segment.take(1, 1))
    text = "the source does not name the kind of declaration: export is taken"
    drafting.assume(("previous_documents", index, "type"), "N830", text, segment.source)


def put_statement(drafting: Drafting, entry: Path, segment: Segment) -> None:
    """Add a free text to the statements of a consignment."""
    if segment.text(4):
        statement = (*entry, "statements", drafting.count(*entry, "statements"))
        drafting.put((*statement, "type"), segment.take(1))
        drafting.put_text((*statement, "text"), segment.take_all(4), 512)
