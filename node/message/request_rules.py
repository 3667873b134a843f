"""Rules between the members of a request for information and of what answers it.

Responsible for numbers that fit, times in order, and reasons in writing. Must not look into the
request when it judges an answer: whether a question of that number was asked is decided where both
documents are known.
"""

from collections.abc import Iterator

from node.message.answer_rules import answer_faults
from node.message.faults import Fault, pointer_to
from node.message.header_rules import after_issue_faults, once_faults, reason_faults
from node.message.request import Extension, InformationReply, InformationRequest, Refusal
from node.message.subject_rules import subject_faults

_REFUSABLE = ("information-request", "consent-request")
"""What may be refused, and what may be answered later than its term."""


def request_faults(request: InformationRequest) -> Iterator[Fault]:
    """Give the faults of a request, in the order of its members."""
    yield from after_issue_faults(request, "due_at")
    for index, question in enumerate(request.questions):
        if question.number != index + 1:
            yield Fault(
                pointer_to("questions", index, "number"),
                "rule.sequence",
                "numbered 1, 2, 3 … in order, without gaps",
            )
        yield from _pointer_faults(request, index)
    if request.subject is not None:
        yield from subject_faults(request.subject)


def _pointer_faults(request: InformationRequest, index: int) -> Iterator[Fault]:
    question = request.questions[index]
    if question.related is not None and question.pointer is None:
        yield Fault(
            pointer_to("questions", index, "pointer"), "rule.question_pointer", "required by `related`"
        )
    if question.pointer is not None and (question.related or 1) > len(request.related):
        yield Fault(
            pointer_to("questions", index, "related"),
            "rule.question_pointer",
            "must lead into one of the documents under `related`",
        )


def reply_faults(reply: InformationReply) -> Iterator[Fault]:
    """Give the faults of a reply, in the order of its members."""
    yield from answer_faults(reply, "information-request")
    yield from once_faults([each.question for each in reply.replies], "replies")
    for index, each in enumerate(reply.replies):
        if each.finding == "see-text" and each.text is None:
            yield Fault(
                pointer_to("replies", index, "text"), "rule.finding_worded", "required by see-text"
            )


def refusal_faults(refusal: Refusal) -> Iterator[Fault]:
    """Give the faults of a refusal, in the order of its members."""
    yield from answer_faults(refusal, *_REFUSABLE)
    if (refusal.extent == "part") != bool(refusal.questions):
        yield Fault(
            "/questions", "rule.refused_part", "numbers are listed for a part, and only for a part"
        )
    yield from once_faults(refusal.questions, "questions")
    yield from reason_faults(refusal)
    if refusal.reason == "under-conditions" and refusal.what_would_help is None:
        yield Fault("/what_would_help", "rule.conditions_stated", "the conditions must be put in words")


def extension_faults(extension: Extension) -> Iterator[Fault]:
    """Give the faults of an extension, in the order of its members."""
    yield from answer_faults(extension, *_REFUSABLE)
    yield from after_issue_faults(extension, "until")
    yield from reason_faults(extension)
