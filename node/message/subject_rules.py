"""Rules of a subject, and of boxes and means wherever a document lists them.

Responsible for: at least one key by which the cargo is found, and identifiers that can be what
they are said to be. Must not know the document around the subject.
"""

from collections.abc import Iterator, Sequence

from node.message.faults import Fault
from node.message.header_rules import party_faults, structure_faults
from node.message.notice_rules import goods_faults
from node.message.subject import Subject, SubjectEquipment, SubjectMeans
from node.message.transport import ActiveMeans
from node.reference.identifiers import (
    BY_EQUIPMENT_SCHEME,
    BY_IDENTIFICATION_TYPE,
    MRN,
    TIR_CARNET,
)

_KEYS = (
    "notices",
    "transport_documents",
    "equipment",
    "passive_means",
    "active_means",
    "declaration_mrns",
    "declarations",
    "ucrs",
    "tir_carnets",
)


def subject_faults(subject: Subject) -> Iterator[Fault]:
    """Give the faults of the subject of a document, in the order of its members."""
    if not any(getattr(subject, key) for key in _KEYS):
        yield Fault("/subject", "rule.subject_named", f"needs one of {', '.join(_KEYS)}")
    yield from box_faults(subject.equipment, "subject", "equipment")
    yield from listed_means_faults(subject.passive_means, "subject", "passive_means")
    if subject.active_means is not None:
        yield from means_faults(subject.active_means, "subject", "active_means")
    for index, number in enumerate(subject.declaration_mrns):
        yield from structure_faults(number, MRN, "subject", "declaration_mrns", index)
    for index, number in enumerate(subject.tir_carnets):
        yield from structure_faults(number, TIR_CARNET, "subject", "tir_carnets", index)
    for index, item in enumerate(subject.declared_goods):
        yield from goods_faults(item, "subject", "declared_goods", index)
    for index, entry in enumerate(subject.parties):
        yield from party_faults(entry.party, "subject", "parties", index, "party")


def box_faults(boxes: Sequence[SubjectEquipment], *at: str | int) -> Iterator[Fault]:
    """Give a fault for each box whose number cannot follow the rule it names."""
    for index, box in enumerate(boxes):
        scheme = BY_EQUIPMENT_SCHEME.get(box.identification_scheme)
        yield from structure_faults(box.identification, scheme, *at, index, "identification")


def listed_means_faults(listed: Sequence[SubjectMeans], *at: str | int) -> Iterator[Fault]:
    """Give a fault for each means of a list whose identification cannot be of its type."""
    for index, means in enumerate(listed):
        yield from means_faults(means, *at, index)


def means_faults(means: SubjectMeans | ActiveMeans, *at: str | int) -> Iterator[Fault]:
    """Give a fault when the identification of one means cannot be of its type."""
    scheme = BY_IDENTIFICATION_TYPE.get(means.identification_type)
    yield from structure_faults(means.identification, scheme, *at, "identification")
