"""Doubts about parties: numbers of organisations, telephone numbers and addresses for e-mail.

Responsible for what a party says of itself that cannot be right by its own form. Must not compare
parties with each other, nor repeat what they say.
"""

from node.message.cargo_doubts import Found
from node.message.fields import Part
from node.message.party import Communication, Organisation
from node.reference.identifiers import doubt
from node.reference.party_numbers import BY_NUMBER_TYPE, LEI, communication_doubt


def about_party(part: Part) -> Found:
    """Give the doubts about one part of a party, by its kind."""
    match part:
        case Organisation():
            return _about_organisation(part)
        case Communication():
            return _about_communication(part)
        case _:
            return iter(())


def _about_organisation(organisation: Organisation) -> Found:
    if organisation.identification is not None and organisation.identification_type is not None:
        scheme = BY_NUMBER_TYPE.get(organisation.identification_type)
        reason = doubt(organisation.identification, scheme)
        if reason:
            yield ("identification",), "doubt.identifier", reason
    if organisation.lei is not None:
        reason = doubt(organisation.lei, LEI)
        if reason:
            yield ("lei",), "doubt.identifier", reason


def _about_communication(communication: Communication) -> Found:
    reason = communication_doubt(communication.number, communication.type)
    if reason:
        yield ("number",), "doubt.communication", reason
