"""Recall and RecallAnswer: stop using a document, and say what had been done with it.

Responsible for the shape of the two documents. The relations between their members stand in
`recall_rules`. Must not promise that anything is deleted: nobody can make a partner forget, and the
answer is there to show how far it had gone.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.limits import MAX_RECIPIENTS
from node.message.answer import Answer, Answered
from node.message.fields import AuthorityId, Text2048, Utc, element
from node.message.header import Header
from node.reference.request_codes import RecallAct, RecallReason, RecallUse


class Recall(Header):
    """A demand to stop using an earlier document of one's own, and what was derived from it."""

    type: Annotated[Literal["recall/1"], element(None, "an..35", "Type and edition of the document.")]
    recalls: Annotated[
        Answered,
        element(None, "Answered", "The originator's own document; later versions are recalled with it."),
    ]
    reason: Annotated[RecallReason, element(None, "an..35", "Why.")]
    reason_text: Annotated[
        Text2048 | None, element(None, "an..2048", "Why, in words; required with `other`.")
    ] = None
    answer_due_at: Annotated[
        Utc | None, element(None, "date-time", "By when to answer, where 24 hours do not do. UTC.")
    ] = None


class RecallAnswer(Answer):
    """What had been done with the document recalled, and whether its use has stopped."""

    type: Annotated[
        Literal["recall-answer/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    uses: Annotated[
        tuple[RecallUse, ...],
        Field(min_length=1, max_length=4),
        element(None, "an..9", "What was done with it, each once."),
    ]
    used_in: Annotated[
        tuple[RecallAct, ...],
        Field(max_length=9),
        element(None, "an..35", "What it was used in; with `used`, and only then."),
    ] = ()
    passed_on_to: Annotated[
        tuple[AuthorityId, ...],
        Field(max_length=MAX_RECIPIENTS),
        element(None, "an..15", "Who was given it; with `passed-on`, and only then."),
    ] = ()
    stopped: Annotated[
        bool, element(None, "boolean", "True when the document is no longer used by anybody here.")
    ]
    note: Annotated[
        Text2048 | None, element(None, "an..2048", "What the recalling side should know, without names.")
    ] = None
