"""Hit: "your alert matched here", by references only.

Responsible for saying what matched, how well and where. Must not repeat the value of any
identifier, nor carry free text: who sees a hit learns nothing but that there is one.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.answer import Answer
from node.message.fields import (
    AuthorityId,
    OfficeCode,
    Ordinal,
    Part,
    ReferenceNumber,
    Utc,
    element,
)
from node.reference.outcome_codes import Exactness, MatchKey, MatchSource


class MatchedNotice(Part):
    """The notice in which something matched, in whole or in one consignment of it."""

    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued the notice.")]
    reference: Annotated[ReferenceNumber, element("D026", "an..35", "Reference of the notice.")]
    consignment: Annotated[
        Ordinal | None, element("006", "n..5", "Sequence of one consignment of it.")
    ] = None


class Match(Part):
    """One thing that matched."""

    key: Annotated[MatchKey, element(None, "an..35", "What kind of identifier matched.")]
    exactness: Annotated[Exactness, element(None, "an..7", "How well it matched.")]
    found_in: Annotated[MatchSource, element(None, "an..35", "In what kind of record.")]
    notice: Annotated[
        MatchedNotice | None,
        element("D026", "MatchedNotice", "The notice; only when found in one both sides know."),
    ] = None
    reference: Annotated[
        ReferenceNumber | None,
        element("D026", "an..35", "Our own reference, by which you may ask about it."),
    ] = None


class Hit(Answer):
    """An alert matched something here: references only, no data."""

    type: Annotated[Literal["hit/1"], element(None, "an..35", "Type and edition of the document.")]
    found_at: Annotated[Utc, element(None, "date-time", "When the match was found, UTC.")]
    office: Annotated[
        OfficeCode | None, element(None, "an8", "Office where the cargo is or is expected.")
    ] = None
    matches: Annotated[
        tuple[Match, ...],
        Field(min_length=1, max_length=99),
        element(None, "Match", "What matched, each thing once."),
    ]
