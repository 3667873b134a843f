"""Rules between the members of the header, and the small checks other rule modules share.

Responsible for relations inside one document. Must not ask what time it is: whether a document
is still valid is decided where the time is known.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Protocol

from node.message.faults import Fault, pointer_to
from node.message.handling_rules import loosened, strictest
from node.message.header import Header
from node.message.party import Party
from node.reference.identifiers import Scheme, structure_fault


class Numbered(Protocol):
    """A part with a sequence number."""

    @property
    def sequence(self) -> int:
        """Its number, counted from 1."""


class Reasoned(Protocol):
    """A document that says why, by a code and in words."""

    @property
    def reason(self) -> str | None:
        """The code, where one is given."""

    @property
    def reason_text(self) -> str | None:
        """The words."""


def header_faults(document: Header) -> Iterator[Fault]:
    """Give the faults of the common members."""
    yield from _identity_faults(document)
    yield from _recipient_faults(document)
    if document.valid_until <= document.issued_at:
        yield Fault("/valid_until", "rule.valid_after_issue", "must be later than issued_at")
    if document.handling.h_code == "H3" and document.handling.restrictions is None:
        yield Fault(
            "/handling/restrictions", "rule.restrictions_stated", "h_code H3 must be put in words"
        )
    yield from _source_faults(document)


def _identity_faults(document: Header) -> Iterator[Fault]:
    origin = document.originator
    if not origin.authority.startswith(origin.country):
        yield Fault("/originator/country", "rule.originator_country", "must begin the originator's id")
    if (document.version == 1) != (document.function == "9"):
        yield Fault(
            "/version", "rule.version_function", "1 for function 9 (original), above 1 otherwise"
        )


def _recipient_faults(document: Header) -> Iterator[Fault]:
    recipients = document.recipients
    if len(set(recipients)) != len(recipients):
        yield Fault("/recipients", "rule.recipients_unique", "each recipient is named once")
    if document.originator.authority in recipients:
        yield Fault("/recipients", "rule.recipients_others", "the originator is no recipient")


def _source_faults(document: Header) -> Iterator[Fault]:
    """Give the faults of the sources: what is derived is handled as strictly as they are."""
    named = [(each.type, each.authority, each.reference, each.version) for each in document.sources]
    if len(set(named)) != len(named):
        yield Fault("/sources", "rule.sources_unique", "each source is named once")
    for index, source in enumerate(document.sources):
        if source.authority == document.originator.authority:
            yield Fault(
                pointer_to("sources", index, "authority"),
                "rule.source_of_other",
                "a source is a document of another authority",
            )
    binding = strictest(source for source in document.sources if source.consent is None)
    for name in loosened(document.handling, binding):
        yield Fault(
            pointer_to("handling", name),
            "rule.handling_inherited",
            "at least as strict as every source used without its originator's consent",
        )


def sequence_faults(parts: Sequence[Numbered], *at: str | int) -> Iterator[Fault]:
    """Give a fault for each part whose sequence number is not its place in the list."""
    for index, part in enumerate(parts):
        if part.sequence != index + 1:
            yield Fault(
                pointer_to(*at, index, "sequence"),
                "rule.sequence",
                "numbered 1, 2, 3 … in order, without gaps",
            )


def once_faults(values: Sequence[Hashable], *at: str | int) -> Iterator[Fault]:
    """Give a fault when a list names something twice."""
    if len(set(values)) != len(values):
        yield Fault(pointer_to(*at), "rule.named_once", "each is named once")


def after_issue_faults(document: Header, *names: str) -> Iterator[Fault]:
    """Give a fault for each of the named times, where given, that is not after the issue."""
    for name in names:
        at = getattr(document, name)
        if at is not None and at <= document.issued_at:
            yield Fault(pointer_to(name), "rule.after_issue", "must be later than issued_at")


def reason_faults(document: Reasoned) -> Iterator[Fault]:
    """Give a fault when the reason is none of the list and is not put in words."""
    if document.reason == "other" and document.reason_text is None:
        yield Fault("/reason_text", "rule.reason_worded", "the reason `other` must be put in words")


def party_faults(party: Party, *at: str | int) -> Iterator[Fault]:
    """Give a fault unless the one sub-object is present that the type of person names."""
    is_natural = party.type_of_person == "1"
    wanted, other = ("person", "organisation") if is_natural else ("organisation", "person")
    if getattr(party, wanted) is None:
        yield Fault(pointer_to(*at, wanted), "rule.party_kind", "required by type_of_person")
    if getattr(party, other) is not None:
        yield Fault(pointer_to(*at, other), "rule.party_kind", "not with this type_of_person")


def structure_faults(text: str, scheme: Scheme | None, *at: str | int) -> Iterator[Fault]:
    """Give a fault when an identifier cannot be what it is said to be."""
    reason = structure_fault(text, scheme)
    if reason:
        yield Fault(pointer_to(*at), "rule.identifier_structure", reason)


def present(parties: Iterable[tuple[str, Party | None]]) -> Iterator[tuple[str, Party]]:
    """Leave out the roles nobody fills."""
    for role, party in parties:
        if party is not None:
            yield role, party
