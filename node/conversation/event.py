"""What can happen in a conversation, and who may bring it about.

Responsible for naming the event that a document is. Must not know any state.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.conversation.facts import Spoken


class Event(StrEnum):
    """What happened: said by a document, seen on our own side, or brought about by time."""

    HIT = "hit"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ARRIVED = "arrived"
    CONTROLLED = "controlled"
    NOT_CONTROLLED = "not-controlled"
    SEIZED = "seized"
    ALERTED = "alerted"
    IMPORTED = "imported"
    MATCHED = "matched"
    DIFFERED = "differed"
    INCIDENT = "incident"
    REPLIED = "replied"
    PARTLY_REPLIED = "partly-replied"
    REFUSED = "refused"
    PARTLY_REFUSED = "partly-refused"
    EXTENDED = "extended"
    CONSENTED = "consented"
    AMENDED = "amended"
    CANCELLED = "cancelled"
    RECALLED = "recalled"
    RECALL_ANSWERED = "recall-answered"
    LAPSED = "lapsed"  # valid_until has passed
    DELIVERED = "delivered"  # the recipient's log says so
    RETURNED = "returned"  # the recipient refused the message, or it expired on its way
    READ = "read"  # an officer of the recipient has opened it
    ASSIGNED = "assigned"  # a unit of ours has been given it


LOCAL: Final = frozenset({Event.DELIVERED, Event.RETURNED, Event.READ, Event.ASSIGNED})
"""What one side sees by itself; it never changes what both sides agree on."""

BY_RECIPIENT: Final = frozenset(
    {
        Event.HIT,
        Event.ACCEPTED,
        Event.DECLINED,
        Event.ARRIVED,
        Event.CONTROLLED,
        Event.NOT_CONTROLLED,
        Event.SEIZED,
        Event.IMPORTED,
        Event.MATCHED,
        Event.REPLIED,
        Event.PARTLY_REPLIED,
        Event.REFUSED,
        Event.PARTLY_REFUSED,
        Event.EXTENDED,
        Event.CONSENTED,
        Event.RECALL_ANSWERED,
    }
)
"""What only the recipient of the leading document may say."""

BY_ORIGINATOR: Final = frozenset({Event.AMENDED, Event.CANCELLED, Event.RECALLED})
"""What only its originator may say. All else either side may."""

_BY_NAME: Final[Mapping[str, Callable[[Spoken], Event]]] = MappingProxyType(
    {
        "hit": lambda _: Event.HIT,
        "acceptance": lambda said: Event(said.coded["decision"]),
        "arrival": lambda _: Event.ARRIVED,
        "control-result": lambda said: (
            Event.CONTROLLED if said.coded["decision"] == "controlled" else Event.NOT_CONTROLLED
        ),
        "seizure": lambda _: Event.SEIZED,
        "alert": lambda _: Event.ALERTED,
        "import-result": lambda said: {
            "matches": Event.MATCHED,
            "differs": Event.DIFFERED,
            "not-compared": Event.IMPORTED,
        }[said.coded["comparison"]],
        "discrepancy": lambda _: Event.DIFFERED,
        "incident": lambda _: Event.INCIDENT,
        "information-reply": lambda said: (
            Event.REPLIED if said.coded["complete"] else Event.PARTLY_REPLIED
        ),
        "refusal": lambda said: (
            Event.REFUSED if said.coded["extent"] == "whole" else Event.PARTLY_REFUSED
        ),
        "extension": lambda _: Event.EXTENDED,
        "consent": lambda _: Event.CONSENTED,
        "amendment": lambda _: Event.AMENDED,
        "recall": lambda _: Event.RECALLED,
        "recall-answer": lambda _: Event.RECALL_ANSWERED,
    }
)


def event_of(said: Spoken) -> Event | None:
    """Name the event that a document is to what it answers; None for one that answers nothing."""
    name = _BY_NAME.get(said.name)
    return name(said) if name is not None else None


def may_say(event: Event, *, is_originator: bool) -> bool:
    """Say whether this side of the conversation may bring an event about."""
    return event not in (BY_RECIPIENT if is_originator else BY_ORIGINATOR)
