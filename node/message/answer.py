"""Answer: the part that is common to every document that answers another one.

Responsible for naming what is answered, in the version its author had before them. Must not know
what may answer what: that is the course of a conversation.
"""

from typing import Annotated

from node.message.fields import AuthorityId, Ordinal, Part, ReferenceNumber, element
from node.message.header import Header
from node.reference.codes import DocumentName


class Answered(Part):
    """The document answered, in the version the author had before them."""

    type: Annotated[DocumentName, element(None, "an..35", "Type of the document answered.")]
    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued it.")]
    reference: Annotated[
        ReferenceNumber, element("D026", "an..35", "Its reference.", examples=["UZ-ALR-2026-000017"])
    ]
    version: Annotated[Ordinal, element(None, "n..5", "Its version.")]


class Answer(Header):
    """The members of every document that answers another one."""

    answers: Annotated[Answered, element(None, "Answered", "What this document answers.")]
