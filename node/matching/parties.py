"""Parties: who takes part, in which role, each with name and numbers and the place of each.

Responsible for taking them out of a notice or a subject. Must not compare names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from node.matching.kinds import Kind
from node.matching.marks import Mark, Steps
from node.matching.names import Name, name_keys, read_name
from node.matching.numbers import read_number
from node.message.consignment import Consignment
from node.message.faults import pointer_to
from node.message.notice import PreArrivalNotice
from node.message.party import Organisation, Party, Person
from node.message.subject import Subject

_ROLES = {
    "CZ": "consignor",
    "CN": "consignee",
    "CA": "carrier",
    "DT": "declarant",
    "AG": "representative",
    "TB": "submitter",
    "BY": "buyer",
    "SE": "seller",
    "EX": "exporter",
    "IM": "importer",
    "NI": "party to be notified",
    "ZZ": "party",
}
"""Code of the list `party-role` to the member that holds such a party."""

_OF_NOTICE = ("carrier", "declarant", "representative", "submitter")
_OF_CONSIGNMENT = ("consignor", "consignee", "carrier", "buyer", "seller", "exporter", "importer")
_LEAST_NUMBER = 6
"""Characters: a shorter number of a party is a number in some list of its own."""


@dataclass(frozen=True, slots=True)
class Sighted:
    """A party in one place.

    Attributes:
        role: in words.
        name: taken apart.
        pointer: to the name.
        country: of the address, or the nationality of a person.
        numbers: its tax number, its document or its LEI, each with its place.
        number_type: what kind of number the first is said to be.
        consignments: sequences of the consignments it has part in; none: in the whole.
    """

    role: str
    name: Name
    pointer: str
    country: str | None
    numbers: tuple[Mark, ...]
    number_type: str | None
    consignments: tuple[int, ...]

    def is_registered_apart(self, other: "Sighted") -> bool:
        """Say whether two companies of one country have numbers of one kind that differ.

        People change their passports; a company keeps its tax number.
        """
        if self.name.is_person or not self.country or self.country != other.country:
            return False
        mine, theirs = (_tax_number(each) for each in (self, other))
        is_one_kind = self.number_type == other.number_type
        return is_one_kind and mine is not None and theirs is not None and mine != theirs


def party_keys(party: Sighted) -> tuple[str, ...]:
    """Give under what a party of one document is looked up: its numbers, the keys of its name.

    A name too thin for keys is looked up as a whole, in any order of its words.
    """
    numbers = (f"{mark.kind}/{mark.number.value}" for mark in party.numbers)
    whole = "=" + "+".join(sorted(word[0] for word in party.name.words))
    return (*numbers, *(name_keys(party.name) or (whole,)))


def gathered(parties: Iterable[Sighted]) -> tuple[Sighted, ...]:
    """Give each party in one role once, with all consignments in which it is the same."""
    same: dict[tuple[object, ...], list[Sighted]] = {}
    for each in parties:
        values = tuple(mark.number.value for mark in each.numbers)
        same.setdefault((each.role, each.name, each.country, values), []).append(each)
    return tuple(_joined(group) for group in same.values())


def _joined(group: list[Sighted]) -> Sighted:
    is_whole = any(not each.consignments for each in group)
    places = {number for each in group for number in each.consignments}
    return replace(group[0], consignments=() if is_whole else tuple(sorted(places)))


def _tax_number(party: Sighted) -> str | None:
    numbers = (mark.number.value for mark in party.numbers if mark.kind is Kind.PARTY_NUMBER)
    return next(numbers, None)


def parties_of_notice(notice: PreArrivalNotice, *at: str | int) -> Iterator[Sighted]:
    """Give the parties of a notice, the driver too."""
    for role in _OF_NOTICE:
        party = getattr(notice, role)
        if party is not None:
            yield _of_party(party, role, (*at, role), ())
    driver = notice.transport.driver
    if driver is not None:
        yield _of_person(driver, "driver", (*at, "transport", "driver"), ())
    for index, consignment in enumerate(notice.consignments):
        yield from _of_consignment(consignment, (*at, "consignments", index))


def parties_of_subject(subject: Subject, *at: str | int) -> Iterator[Sighted]:
    """Give the parties that make the cargo of a subject suspicious."""
    for index, entry in enumerate(subject.parties):
        yield _of_party(entry.party, _ROLES[entry.role], (*at, "parties", index, "party"), ())


def _of_consignment(consignment: Consignment, at: Steps) -> Iterator[Sighted]:
    for role in _OF_CONSIGNMENT:
        party = getattr(consignment, role)
        if party is not None:
            yield _of_party(party, role, (*at, role), (consignment.sequence,))


def _of_party(party: Party, role: str, at: Steps, own: tuple[int, ...]) -> Sighted:
    if party.organisation is not None:
        return _of_organisation(party.organisation, role, (*at, "organisation"), own)
    if party.person is None:
        raise ValueError("a party is an organisation or a person")
    return _of_person(party.person, role, (*at, "person"), own)


def _of_organisation(who: Organisation, role: str, at: Steps, own: tuple[int, ...]) -> Sighted:
    numbers = [
        *_numbers(Kind.PARTY_NUMBER, who.identification, (*at, "identification"), own),
        *_numbers(Kind.LEI, who.lei, (*at, "lei"), own),
    ]
    country = who.address.country if who.address else None
    name = read_name(who.name)
    return Sighted(
        role, name, pointer_to(*at, "name"), country, tuple(numbers), who.identification_type, own
    )


def _of_person(who: Person, role: str, at: Steps, own: tuple[int, ...]) -> Sighted:
    numbers = _numbers(Kind.PARTY_NUMBER, who.identification, (*at, "identification"), own)
    country = who.nationality or (who.address.country if who.address else None)
    name = read_name(who.name, is_person=True)
    return Sighted(role, name, pointer_to(*at, "name"), country, tuple(numbers), who.document_type, own)


def _numbers(kind: Kind, written: str | None, at: Steps, own: tuple[int, ...]) -> Iterator[Mark]:
    if written is not None:
        number = read_number(kind, written)
        if len(number.value) >= _LEAST_NUMBER:
            yield Mark(number, pointer_to(*at), own)
