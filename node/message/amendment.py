"""Amendment: an earlier notice or alert of one's own, replaced whole by a new version.

Responsible for the shape of the document. The relations between its members stand in
`amendment_rules`. Must not say what was changed by itself: the new version is always complete, and
`changed` only helps the reader to find the places.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.alert import Alert
from node.message.answer import Answered
from node.message.fields import MemberPointer, Text2048, element
from node.message.header import Header
from node.message.notice import PreArrivalNotice
from node.reference.request_codes import AmendmentReason


class Amendment(Header):
    """A full new version of an earlier notice or alert, with what changed and why."""

    type: Annotated[Literal["amendment/1"], element(None, "an..35", "Type and edition of the document.")]
    amends: Annotated[
        Answered, element(None, "Answered", "The originator's own document, in the version replaced.")
    ]
    reason: Annotated[AmendmentReason, element(None, "an..35", "Why.")]
    reason_text: Annotated[
        Text2048 | None, element(None, "an..2048", "Why, in words; required with `other`.")
    ] = None
    changed: Annotated[
        tuple[MemberPointer, ...],
        Field(min_length=1, max_length=99),
        element(
            None,
            "an..512",
            "JSON Pointers into `document`: members added, changed or removed.",
            examples=[["/transport/estimated_arrival_at"]],
        ),
    ]
    document: Annotated[
        PreArrivalNotice | Alert,
        Field(discriminator="type"),
        element(None, "Document", "The new version in full; it takes the place of every earlier one."),
    ]
