"""Marks: everything in a notice or a subject by which its cargo can be recognised, each with its place.

Responsible for which member of which part identifies what, and for the consignments that a box, a wagon
or a party belongs to. Must not compare, nor decide what is worth an index key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from node.matching.kinds import Kind
from node.matching.numbers import Number, read_box, read_number
from node.message.consignment import Consignment, TransportDocument
from node.message.equipment import Equipment, Seal
from node.message.faults import pointer_to
from node.message.notice import PreArrivalNotice
from node.message.subject import Subject, SubjectEquipment, SubjectMeans
from node.message.transport import ActiveMeans, ArrivalMeans, DepartureMeans, PassiveMeans

_BOX = {"iso6346": Kind.CONTAINER, "ilu": Kind.LOADING_UNIT}
_MEANS = {
    "10": Kind.SHIP,
    "11": Kind.SHIP,
    "20": Kind.WAGON,
    "30": Kind.PLATE,
    "31": Kind.PLATE,
    "80": Kind.SHIP,
    "81": Kind.SHIP,
}
"""Identification type to kind. A train, a flight and an aircraft come again the next day: their
number says something only together with the journey's."""

_TIR = "N952"
_LEAST_SEAL: Final = 5
"""Characters: a shorter number stands on too many seals."""

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One identifier in one place.

    Attributes:
        number: the identifier, read.
        pointer: where it stands.
        consignments: sequences of the consignments it belongs to; none: to the whole.
        country: of registration, where it has one.
    """

    number: Number
    pointer: str
    consignments: tuple[int, ...] = ()
    country: str | None = None

    @property
    def kind(self) -> Kind:
        """What it identifies."""
        return self.number.kind


def marks_of_notice(notice: PreArrivalNotice, *at: str | int) -> Iterator[Mark]:
    """Give the marks of a notice, parties left out.

    Args:
        notice: read, its rules kept.
        *at: steps before every pointer, where the notice stands inside an amendment.
    """
    reference = f"{notice.originator.authority}/{notice.reference}"
    yield Mark(Number(Kind.NOTICE, reference, reference, reference), pointer_to(*at, "reference"))
    yield from _of_transport(notice, (*at, "transport"))
    for index, box in enumerate(notice.equipment):
        yield from _of_box(box, (*at, "equipment", index), _inside(notice, box))
    if notice.declaration_mrn is not None:
        yield _mark(Kind.MRN, notice.declaration_mrn, (*at, "declaration_mrn"))
    for index, previous in enumerate(notice.previous_documents):
        yield _mark(Kind.DECLARATION, previous.number, (*at, "previous_documents", index, "number"))
    for index, consignment in enumerate(notice.consignments):
        yield from _of_consignment(consignment, (*at, "consignments", index))


def marks_of_subject(subject: Subject, *at: str | int) -> Iterator[Mark]:
    """Give the marks of what an alert or a watch item is about, parties left out."""
    for index, notice in enumerate(subject.notices):
        reference = f"{notice.authority}/{notice.reference}"
        only = () if notice.consignment is None else (notice.consignment,)
        steps = (*at, "notices", index, "reference")
        number = Number(Kind.NOTICE, reference, reference, reference)
        yield Mark(number, pointer_to(*steps), only)
    yield from documents(subject.transport_documents, (*at, "transport_documents"))
    for index, box in enumerate(subject.equipment):
        yield from _of_box(box, (*at, "equipment", index), ())
    for index, means in enumerate(subject.passive_means):
        yield from _of_means(means, (*at, "passive_means", index), ())
    if subject.active_means is not None:
        yield from _of_active(subject.active_means, (*at, "active_means"))
    listed = (
        ("declaration_mrns", Kind.MRN),
        ("declarations", Kind.DECLARATION),
        ("ucrs", Kind.UCR),
        ("tir_carnets", Kind.TIR),
    )
    for name, kind in listed:
        for index, written in enumerate(getattr(subject, name)):
            yield _mark(kind, written, (*at, name, index))


def boxes(written: Iterable[str], at: Steps) -> Iterator[Mark]:
    """Give the marks of boxes that are only listed by number."""
    for index, number in enumerate(written):
        yield Mark(read_box(number), pointer_to(*at, index))


def documents(listed: Iterable[TransportDocument], at: Steps) -> Iterator[Mark]:
    """Give the marks of transport documents."""
    for index, document in enumerate(listed):
        yield _of_document(document, (*at, index), ())


def _mark(kind: Kind, written: str, at: Steps, consignments: tuple[int, ...] = ()) -> Mark:
    return Mark(read_number(kind, written), pointer_to(*at), consignments)


def _of_transport(notice: PreArrivalNotice, at: Steps) -> Iterator[Mark]:
    transport = notice.transport
    yield from _of_active(transport.active_means, (*at, "active_means"))
    for index, means in enumerate(transport.passive_means):
        yield from _of_means(means, (*at, "passive_means", index), _on(notice, means.sequence))
    for name in ("departure_means", "arrival_means"):
        other = getattr(transport, name)
        if other is not None:
            yield from _of_means(other, (*at, name), ())


def _of_active(means: ActiveMeans, at: Steps) -> Iterator[Mark]:
    yield from _of_means(means, at, ())
    if means.conveyance_reference is None or means.identification_type in {"30", "31"}:
        return
    is_ship = _MEANS.get(means.identification_type) is Kind.SHIP
    named = [means.identification, *((means.name,) if is_ship and means.name else ())]
    voyage = read_number(Kind.VOYAGE, means.conveyance_reference)
    for name in dict.fromkeys(read_number(Kind.SHIP, each).value for each in named):
        written = f"{means.identification} {means.conveyance_reference}"
        value, folded = f"{name}/{voyage.value}", f"{name}/{voyage.folded}"
        number = Number(Kind.VOYAGE, value, folded, written)
        yield Mark(number, pointer_to(*at, "conveyance_reference"))


def _of_means(
    means: ActiveMeans | PassiveMeans | SubjectMeans | DepartureMeans | ArrivalMeans,
    at: Steps,
    consignments: tuple[int, ...],
) -> Iterator[Mark]:
    kind = _MEANS.get(means.identification_type)
    if kind is not None:
        number = read_number(kind, means.identification)
        country = getattr(means, "nationality", None)
        yield Mark(number, pointer_to(*at, "identification"), consignments, country)
        name = getattr(means, "name", None)
        if kind is Kind.SHIP and name is not None:
            yield _mark(kind, name, (*at, "name"), consignments)


def _of_box(
    box: Equipment | SubjectEquipment, at: Steps, consignments: tuple[int, ...]
) -> Iterator[Mark]:
    kind = _BOX.get(box.identification_scheme)
    number = read_box(box.identification, kind)
    yield Mark(number, pointer_to(*at, "identification"), consignments)
    seals: tuple[Seal | str, ...] = box.seals
    for index, seal in enumerate(seals):
        if isinstance(seal, Seal):
            mark = _mark(Kind.SEAL, seal.number, (*at, "seals", index, "number"), consignments)
        else:
            mark = _mark(Kind.SEAL, seal, (*at, "seals", index), consignments)
        if len(mark.number.value) >= _LEAST_SEAL:
            yield mark


def _of_consignment(consignment: Consignment, at: Steps) -> Iterator[Mark]:
    own = (consignment.sequence,)
    yield _of_document(consignment.transport_document, (*at, "transport_document"), own)
    if consignment.master_document is not None:
        yield _of_document(consignment.master_document, (*at, "master_document"), own)
    if consignment.ucr is not None:
        yield _mark(Kind.UCR, consignment.ucr, (*at, "ucr"), own)
    if consignment.tir_carnet is not None:
        yield _mark(Kind.TIR, consignment.tir_carnet, (*at, "tir_carnet"), own)


def _of_document(document: TransportDocument, at: Steps, own: tuple[int, ...]) -> Mark:
    kind = Kind.TIR if document.type == _TIR else Kind.DOCUMENT
    return _mark(kind, document.number, (*at, "number"), own)


def _on(notice: PreArrivalNotice, means: int) -> tuple[int, ...]:
    """Give the consignments that a wagon or vehicle carries."""
    carried = {
        consignment.sequence for consignment in notice.consignments if means in consignment.passive_means
    }
    inside = {
        goods.consignment
        for box in notice.equipment
        if box.passive_means == means
        for goods in box.goods
    }
    return tuple(sorted(carried | inside))


def _inside(notice: PreArrivalNotice, box: Equipment) -> tuple[int, ...]:
    """Give the consignments in a box: those it names, or those on what it stands on."""
    named = tuple(sorted({goods.consignment for goods in box.goods}))
    if named or box.passive_means is None:
        return named
    return _on(notice, box.passive_means)
