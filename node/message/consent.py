"""ConsentRequest and Consent: more than the handling allows is asked for, and permitted.

Responsible for the shape of the two documents. The relations between their members stand in
`consent_rules`. Must not permit anything by itself: whether a consent covers a use is decided where
the covered document is known.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.limits import MAX_RECIPIENTS
from node.message.answer import Answer, Answered
from node.message.fields import AuthorityId, Part, Text512, Text2048, Utc, element
from node.reference.codes import HCode, Pap, Purpose, Tlp
from node.reference.request_codes import UseKind


class Use(Part):
    """One use beyond what the handling allows."""

    kind: Annotated[UseKind, element(None, "an..15", "What kind of use.")]
    to: Annotated[
        tuple[AuthorityId, ...],
        Field(max_length=MAX_RECIPIENTS),
        element(None, "an..15", "To whom it may go; with `pass-on`, and only then."),
    ] = ()
    tlp: Annotated[Tlp | None, element(None, "an..12", "Wider answer to who may see it.")] = None
    h_code: Annotated[
        HCode | None, element(None, "an2", "Wider answer to use in court and onward transfer.")
    ] = None
    pap: Annotated[Pap | None, element(None, "a..5", "Wider answer to what may be done with it.")] = None
    purpose: Annotated[
        Purpose | None, element(None, "an..35", "Purpose of this use; absent: the document's own.")
    ] = None
    text: Annotated[Text512 | None, element(None, "an..512", "Which case, which court, why.")] = None


class ConsentRequest(Answer):
    """May we pass it on, use it in court, handle it more widely?"""

    type: Annotated[
        Literal["consent-request/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    uses: Annotated[
        tuple[Use, ...],
        Field(min_length=1, max_length=9),
        element(None, "Use", "What is asked for; referred to as 1, 2, 3 … in this order."),
    ]
    needed_by: Annotated[
        Utc | None, element(None, "date-time", "By when, where 7 days do not do. UTC.")
    ] = None


class Consent(Answer):
    """You may: which document, which uses, on what conditions, until when."""

    type: Annotated[Literal["consent/1"], element(None, "an..35", "Type and edition of the document.")]
    covers: Annotated[
        Answered, element(None, "Answered", "The consenting originator's own document, in its version.")
    ]
    grants: Annotated[
        tuple[Use, ...],
        Field(min_length=1, max_length=9),
        element(None, "Use", "What is permitted, and nothing else."),
    ]
    conditions: Annotated[
        Text2048 | None, element(None, "an..2048", "On what conditions; absent: none.")
    ] = None
    until: Annotated[
        Utc | None, element(None, "date-time", "Until when; absent: as long as it is kept. UTC.")
    ] = None
