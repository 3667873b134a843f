"""InformationRequest and what may answer it: a reply, a refusal, an extension of the term.

Responsible for the shape of the four documents. The relations between their members stand in
`request_rules`. Must not hold the terms: they are the agreement's, or stand in `due_at`.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.alert import Contact
from node.message.answer import Answer
from node.message.attachment import Attachments
from node.message.fields import (
    AuthorityId,
    MemberPointer,
    Ordinal,
    Part,
    ReferenceNumber,
    Text2048,
    Utc,
    element,
)
from node.message.header import Header
from node.message.subject import Subject
from node.reference.codes import DocumentName
from node.reference.request_codes import (
    AssistanceType,
    ExtensionReason,
    Finding,
    QuestionKind,
    RefusalExtent,
    RefusalReason,
    Urgency,
)

_QUESTIONS = 50
"""Most questions in one request, and so most answers in a reply."""


class Question(Part):
    """One thing that is asked, so that it can be answered or refused by its number."""

    number: Annotated[Ordinal, element("006", "n..5", "Numbered 1, 2, 3 … in order.")]
    kind: Annotated[QuestionKind, element(None, "an..35", "What kind of thing is asked.")]
    text: Annotated[Text2048, element(None, "an..2048", "The question in words.")]
    pointer: Annotated[
        MemberPointer | None,
        element(
            None,
            "an..512",
            "JSON Pointer to the member in question, in a related document.",
            examples=["/consignments/0/goods/1/description"],
        ),
    ] = None
    related: Annotated[
        Ordinal | None,
        element(None, "n..5", "Which entry of `related` the pointer leads into; absent: the first."),
    ] = None


class InformationRequest(Header):
    """A request: the facts, the questions, and how soon an answer is needed.

    What it is about stands in `related`; the purpose and the legal basis stand in `handling`.
    """

    type: Annotated[
        Literal["information-request/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    urgency: Annotated[Urgency, element(None, "an..15", "How soon; sets the term, from receipt.")]
    due_at: Annotated[
        Utc | None, element(None, "date-time", "By when, where the usual term does not do. UTC.")
    ] = None
    assistance_type: Annotated[
        AssistanceType, element(None, "an..35", "Kind of assistance that is asked for.")
    ]
    facts: Annotated[
        Text2048, element(None, "an..2048", "What gives rise to the request, without names.")
    ]
    questions: Annotated[
        tuple[Question, ...],
        Field(min_length=1, max_length=_QUESTIONS),
        element(None, "Question", "What is asked."),
    ]
    subject: Annotated[
        Subject | None, element(None, "Subject", "The cargo it is about, by its identifiers.")
    ] = None
    reciprocity: Annotated[
        bool,
        element(None, "boolean", "Whether the asking authority could answer such a request itself."),
    ]
    contact: Annotated[Contact | None, element(None, "Contact", "Whom to ask back.")] = None
    attachments: Attachments = ()


class Record(Part):
    """A document already exchanged that holds what was asked for."""

    type: Annotated[DocumentName, element(None, "an..35", "Type of the document.")]
    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued it.")]
    reference: Annotated[ReferenceNumber, element("D026", "an..35", "Its reference.")]
    version: Annotated[Ordinal, element(None, "n..5", "Its version.")]


class Reply(Part):
    """The answer to one question."""

    question: Annotated[Ordinal, element("006", "n..5", "Number of the question.")]
    finding: Annotated[Finding, element(None, "an..8", "The answer in one code.")]
    text: Annotated[Text2048 | None, element(None, "an..2048", "The answer in words.")] = None
    records: Annotated[
        tuple[Record, ...],
        Field(max_length=20),
        element(None, "Record", "Documents of the exchange that hold it."),
    ] = ()


class InformationReply(Answer):
    """Answers to the questions of a request, all or some of them."""

    type: Annotated[
        Literal["information-reply/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    is_complete: Annotated[
        bool, element(None, "boolean", "True when nothing more will follow to this request.")
    ]
    replies: Annotated[
        tuple[Reply, ...],
        Field(min_length=1, max_length=_QUESTIONS),
        element(None, "Reply", "The answers, each question once."),
    ]
    attachments: Attachments = ()


class Refusal(Answer):
    """A request refused, in whole or in part, with the reason in writing."""

    type: Annotated[Literal["refusal/1"], element(None, "an..35", "Type and edition of the document.")]
    extent: Annotated[RefusalExtent, element(None, "an..5", "The whole or a part of it.")]
    questions: Annotated[
        tuple[Ordinal, ...],
        Field(max_length=_QUESTIONS),
        element("006", "n..5", "Numbers of the questions refused; of the uses, counted from 1."),
    ] = ()
    reason: Annotated[RefusalReason, element(None, "an..35", "Why.")]
    reason_text: Annotated[
        Text2048 | None, element(None, "an..2048", "Why, in words; required with `other`.")
    ] = None
    what_would_help: Annotated[
        Text2048 | None,
        element(None, "an..2048", "What would make an answer possible; or on what conditions."),
    ] = None


class Extension(Answer):
    """The answer will take longer than its term: until when, and why."""

    type: Annotated[Literal["extension/1"], element(None, "an..35", "Type and edition of the document.")]
    until: Annotated[Utc, element(None, "date-time", "When the answer will be there, UTC.")]
    reason: Annotated[ExtensionReason, element(None, "an..35", "Why it takes longer.")]
    reason_text: Annotated[
        Text2048 | None, element(None, "an..2048", "Why, in words; required with `other`.")
    ] = None
