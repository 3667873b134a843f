"""Doubts about cargo: numbers that do not check, totals that do not add up, a notice that is late.

Responsible for what each part of a document may look doubtful for by itself. A part knows its own
members; the walk over the document is in `doubts`.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from node.message.alert import Alert
from node.message.consignment import Consignment
from node.message.equipment import Equipment
from node.message.fields import Part
from node.message.free_text import is_vague
from node.message.goods import GoodsItem
from node.message.notice import PreArrivalNotice
from node.message.subject import Subject, SubjectEquipment, SubjectMeans
from node.message.transport import ActiveMeans, PassiveMeans
from node.reference.identifiers import (
    BY_EQUIPMENT_SCHEME,
    BY_IDENTIFICATION_TYPE,
    MRN,
    TIR_CARNET,
    Scheme,
    doubt,
)
from node.reference.plates import plate_doubt

Found = Iterator[tuple[tuple[str | int, ...], str, str]]
"""Steps below the part, code, plain words."""

_MASS_TOLERANCE = Decimal("0.01")
"""Share by which the declared total may fall short of the sum of the items: scales differ."""

_SHORT_HS = 4

_DOCUMENTS_OF = {
    "1": {"N703", "N704", "N705", "N714", "N760", "N785", "N722", "N720", "N730", "N952"},
    "2": {"N720", "N722", "N760", "N785", "N787", "N952", "N730"},
    "3": {"N730", "N760", "N787", "N952", "N955"},
    "4": {"N703", "N740", "N741", "N760", "N785"},
}
"""Mode to the transport documents one expects under it; ferries and trains carry trucks."""


def about_part(part: Part) -> Found:  # noqa: PLR0911  one answer for each kind of part
    """Give the doubts about one part, by its kind."""
    match part:
        case PreArrivalNotice():
            return _about_notice(part)
        case Alert():
            return _about_alert(part)
        case Consignment():
            return _about_consignment(part)
        case Equipment():
            return _about_equipment(part)
        case GoodsItem():
            return _about_goods(part)
        case Subject():
            return _about_subject(part)
        case SubjectEquipment():
            return _about_box(part)
        case ActiveMeans() | PassiveMeans() | SubjectMeans():
            return _about_means(part)
        case _:
            return iter(())


def _about_notice(notice: PreArrivalNotice) -> Found:
    if notice.declaration_mrn is not None:
        yield from _doubtful(notice.declaration_mrn, MRN, "declaration_mrn")
    if not any(notice.office_of_entry.startswith(name[:2]) for name in notice.recipients):
        yield ("office_of_entry",), "doubt.office_of_entry", "in no recipient's country"
    if notice.transport.estimated_arrival_at <= notice.issued_at:
        yield (
            ("transport", "estimated_arrival_at"),
            "doubt.late_notice",
            "not after the issue of the notice",
        )
    yield from _about_totals(notice)
    yield from _about_routing(notice)
    expected = _DOCUMENTS_OF.get(notice.transport.mode)
    for index, consignment in enumerate(notice.consignments):
        if expected is not None and consignment.transport_document.type not in expected:
            yield (
                ("consignments", index, "transport_document", "type"),
                "doubt.document_fits_mode",
                "unusual for this mode of transport",
            )


def _about_totals(notice: PreArrivalNotice) -> Found:
    items = list(chain.from_iterable(consignment.goods for consignment in notice.consignments))
    gross = sum((Decimal(item.gross_mass) for item in items), Decimal(0))
    if Decimal(notice.total_gross_mass) < gross * (1 - _MASS_TOLERANCE):
        yield ("total_gross_mass",), "doubt.total_gross_mass", "less than the sum of the items"
    packages = sum(item.packages for item in items)
    if notice.total_packages is not None and notice.total_packages != packages:
        yield ("total_packages",), "doubt.total_packages", "not the sum of the items"


def _about_routing(notice: PreArrivalNotice) -> Found:
    routing = notice.transport.routing_countries
    if routing is None or not notice.consignments:
        return
    if routing[0] not in {each.place_of_loading.country for each in notice.consignments}:
        yield (
            ("transport", "routing_countries", 0),
            "doubt.routing",
            "not the country of a place of loading",
        )
    if routing[-1] not in {each.place_of_unloading.country for each in notice.consignments}:
        yield (
            ("transport", "routing_countries", len(routing) - 1),
            "doubt.routing",
            "not the country of a place of unloading",
        )


def _about_consignment(consignment: Consignment) -> Found:
    if consignment.tir_carnet is not None:
        yield from _doubtful(consignment.tir_carnet, TIR_CARNET, "tir_carnet")
    if consignment.transport_document.type == "N952" and consignment.tir_carnet is None:
        yield ("tir_carnet",), "doubt.tir_carnet", "expected when the document is a TIR carnet"


def _about_equipment(box: Equipment) -> Found:
    yield from _about_box(box)
    if box.seal_count is not None and box.seal_count != len(box.seals):
        yield ("seal_count",), "doubt.seal_count", "not the number of seals listed"


def _about_box(box: Equipment | SubjectEquipment) -> Found:
    scheme = BY_EQUIPMENT_SCHEME.get(box.identification_scheme)
    yield from _doubtful(box.identification, scheme, "identification")


def _about_means(means: ActiveMeans | PassiveMeans | SubjectMeans) -> Found:
    scheme = BY_IDENTIFICATION_TYPE.get(means.identification_type)
    yield from _doubtful(means.identification, scheme, "identification")
    if means.identification_type == "30":
        reason = plate_doubt(means.identification, means.nationality)
        if reason:
            yield ("identification",), "doubt.plate", reason


def _about_goods(item: GoodsItem) -> Found:
    if is_vague(item.description):
        yield ("description",), "doubt.vague_description", "describes nothing in particular"
    if len(item.hs_code) == _SHORT_HS:
        yield ("hs_code",), "doubt.short_hs_code", "a heading only; six digits are expected"
    if item.cus_number is not None and set(item.cus_number) == {"0", "-"}:
        yield ("cus_number",), "doubt.identifier", "one digit repeated: a placeholder"


def _about_alert(alert: Alert) -> Found:
    if alert.handling.tlp == "RED" or alert.handling.pap == "RED":
        for index, indicator in enumerate(alert.indicators):
            if indicator.text is not None:
                yield (
                    ("indicators", index, "text"),
                    "doubt.criterion_in_words",
                    "with so strict a handling the identifier alone is safer",
                )


def _about_subject(subject: Subject) -> Found:
    for index, number in enumerate(subject.declaration_mrns):
        yield from _doubtful(number, MRN, "declaration_mrns", index)
    for index, number in enumerate(subject.tir_carnets):
        yield from _doubtful(number, TIR_CARNET, "tir_carnets", index)


def _doubtful(text: str, scheme: Scheme | None, *at: str | int) -> Found:
    reason = doubt(text, scheme)
    if reason:
        yield at, "doubt.identifier", reason
