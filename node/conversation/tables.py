"""The transition tables: one for each document that leads a conversation.

Rules:
 1. What documents bring about is the same on both sides: the shared tables below.
 2. What only one side sees (delivered, read, assigned) refines the state `open` and nothing else.
 3. A pair of state and event that has no row leaves the state as it is; what it is called then
    is decided once, in `course`, for every table alike.
 4. A recall freezes: of all that comes after it, only its answer moves the conversation.

The diagrams of docs/conversations.md are generated from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.conversation.event import Event


class State(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    SEALED = "sealed"  # ours, on its way
    DELIVERED = "delivered"  # ours, accepted by the recipient's node
    READ = "read"  # an officer of the recipient has opened it
    RETURNED = "returned"  # ours, refused by the recipient's node, or expired on its way
    RECEIVED = "received"  # theirs, waiting for an officer
    ASSIGNED = "assigned"  # theirs, given to a unit
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONTROLLED = "controlled"
    NOT_CONTROLLED = "not-controlled"
    ALERTED = "alerted"
    ARRIVED = "arrived"
    IMPORTED = "imported"
    MATCHED = "matched"
    DIFFERING = "differing"
    EXTENDED = "extended"
    PARTLY_ANSWERED = "partly-answered"
    ANSWERED = "answered"
    REFUSED = "refused"
    GRANTED = "granted"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    RECALLED = "recalled"
    RECALL_ANSWERED = "recall-answered"


Rows = Mapping[tuple[State, Event], State]

FROZEN: Final = frozenset({State.CANCELLED, State.RECALLED, State.RECALL_ANSWERED})
"""No further use may be made of the document."""

CLOSED: Final = FROZEN | {
    State.CONTROLLED,
    State.NOT_CONTROLLED,
    State.DECLINED,
    State.IMPORTED,
    State.MATCHED,
    State.ANSWERED,
    State.REFUSED,
    State.GRANTED,
    State.LAPSED,
}
"""Nothing more is asked of the recipient, but the answer to a recall."""


@dataclass(frozen=True, slots=True)
class Table:
    """How one kind of conversation goes, as one side sees it.

    Attributes:
        title: for the diagrams.
        start: state when the leading document has been issued.
        rows: (state before, event): state after.
        shared: state to the state that both sides agree on; absent: itself.
    """

    title: str
    start: State
    rows: Rows
    shared: Mapping[State, State]

    def step(self, state: State, event: Event) -> State | None:
        """Give the state after an event; None where the table has no row."""
        return self.rows.get((state, event))

    def agreed(self, state: State) -> State:
        """Give the state that both sides agree on."""
        return self.shared.get(state, state)

    @property
    def states(self) -> tuple[State, ...]:
        """Every state, in the order of the rows."""
        named = (state for (before, _), after in self.rows.items() for state in (before, after))
        return tuple(dict.fromkeys((self.start, *named)))


def _row(state: State, events: str, after: State | None = None) -> dict[tuple[State, Event], State]:
    """Write rows that lead from one state to one other; without `after` they stay."""
    return {(state, Event[name]): after or state for name in events.split()}


def _ends(*states: State) -> dict[tuple[State, Event], State]:
    """Write the rows that every conversation has: cancellation and recall."""
    rows: dict[tuple[State, Event], State] = {}
    for state in states:
        rows |= _row(state, "CANCELLED", State.CANCELLED) | _row(state, "RECALLED", State.RECALLED)
    rows |= _row(State.CANCELLED, "RECALLED", State.RECALLED)
    return rows | _row(State.RECALLED, "RECALL_ANSWERED", State.RECALL_ANSWERED)


_S = State
_ALERT: Final = {
    **_row(_S.OPEN, "HIT ARRIVED INCIDENT AMENDED"),
    **_row(_S.OPEN, "ACCEPTED", _S.ACCEPTED),
    **_row(_S.OPEN, "DECLINED", _S.DECLINED),
    **_row(_S.OPEN, "CONTROLLED SEIZED", _S.CONTROLLED),
    **_row(_S.OPEN, "NOT_CONTROLLED", _S.NOT_CONTROLLED),
    **_row(_S.OPEN, "LAPSED", _S.LAPSED),
    **_row(_S.ACCEPTED, "HIT ARRIVED INCIDENT AMENDED ACCEPTED"),
    **_row(_S.ACCEPTED, "DECLINED", _S.DECLINED),
    **_row(_S.ACCEPTED, "CONTROLLED SEIZED", _S.CONTROLLED),
    **_row(_S.ACCEPTED, "NOT_CONTROLLED", _S.NOT_CONTROLLED),
    **_row(_S.ACCEPTED, "LAPSED", _S.LAPSED),
    **_row(_S.DECLINED, "HIT ARRIVED INCIDENT DECLINED"),
    **_row(_S.DECLINED, "AMENDED", _S.OPEN),  # a new version asks anew
    **_row(_S.DECLINED, "ACCEPTED", _S.ACCEPTED),
    **_row(_S.DECLINED, "CONTROLLED SEIZED", _S.CONTROLLED),
    **_row(_S.DECLINED, "NOT_CONTROLLED", _S.NOT_CONTROLLED),
    **_row(_S.NOT_CONTROLLED, "HIT ARRIVED INCIDENT AMENDED NOT_CONTROLLED"),
    **_row(_S.NOT_CONTROLLED, "CONTROLLED SEIZED", _S.CONTROLLED),
    **_row(_S.CONTROLLED, "HIT ARRIVED INCIDENT AMENDED CONTROLLED SEIZED"),
    **_row(_S.LAPSED, "INCIDENT AMENDED"),
    **_ends(
        *(_S.OPEN, _S.ACCEPTED, _S.DECLINED, _S.CONTROLLED, _S.NOT_CONTROLLED, _S.LAPSED),
    ),
}

_SEEN: Final = "INCIDENT CONTROLLED NOT_CONTROLLED SEIZED"
_NOTICE: Final = {
    **_row(_S.OPEN, f"{_SEEN} AMENDED"),
    **_row(_S.OPEN, "ALERTED", _S.ALERTED),
    **_row(_S.OPEN, "ARRIVED", _S.ARRIVED),
    **_row(_S.OPEN, "IMPORTED", _S.IMPORTED),
    **_row(_S.OPEN, "MATCHED", _S.MATCHED),
    **_row(_S.OPEN, "DIFFERED", _S.DIFFERING),
    **_row(_S.OPEN, "LAPSED", _S.LAPSED),
    **_row(_S.ALERTED, f"{_SEEN} AMENDED ALERTED"),
    **_row(_S.ALERTED, "ARRIVED", _S.ARRIVED),
    **_row(_S.ALERTED, "IMPORTED", _S.IMPORTED),
    **_row(_S.ALERTED, "MATCHED", _S.MATCHED),
    **_row(_S.ALERTED, "DIFFERED", _S.DIFFERING),
    **_row(_S.ALERTED, "LAPSED", _S.LAPSED),
    **_row(_S.ARRIVED, f"{_SEEN} AMENDED ALERTED ARRIVED"),
    **_row(_S.ARRIVED, "IMPORTED", _S.IMPORTED),
    **_row(_S.ARRIVED, "MATCHED", _S.MATCHED),
    **_row(_S.ARRIVED, "DIFFERED", _S.DIFFERING),
    **_row(_S.ARRIVED, "LAPSED", _S.LAPSED),  # nobody told what was declared
    **_row(_S.IMPORTED, f"{_SEEN} AMENDED ALERTED ARRIVED IMPORTED"),
    **_row(_S.IMPORTED, "MATCHED", _S.MATCHED),
    **_row(_S.IMPORTED, "DIFFERED", _S.DIFFERING),
    **_row(_S.MATCHED, f"{_SEEN} AMENDED ALERTED ARRIVED MATCHED"),
    **_row(_S.MATCHED, "DIFFERED", _S.DIFFERING),
    **_row(_S.DIFFERING, f"{_SEEN} AMENDED ALERTED ARRIVED DIFFERED"),
    **_row(_S.DIFFERING, "MATCHED", _S.MATCHED),
    **_row(_S.LAPSED, f"{_SEEN} AMENDED ALERTED"),
    **_ends(
        *(_S.OPEN, _S.ALERTED, _S.ARRIVED, _S.IMPORTED, _S.MATCHED, _S.DIFFERING, _S.LAPSED),
    ),
}

_REQUEST: Final = {
    **_row(_S.OPEN, "AMENDED PARTLY_REFUSED"),
    **_row(_S.OPEN, "EXTENDED", _S.EXTENDED),
    **_row(_S.OPEN, "PARTLY_REPLIED", _S.PARTLY_ANSWERED),
    **_row(_S.OPEN, "REPLIED", _S.ANSWERED),
    **_row(_S.OPEN, "REFUSED", _S.REFUSED),
    **_row(_S.OPEN, "LAPSED", _S.LAPSED),
    **_row(_S.EXTENDED, "AMENDED PARTLY_REFUSED EXTENDED"),
    **_row(_S.EXTENDED, "PARTLY_REPLIED", _S.PARTLY_ANSWERED),
    **_row(_S.EXTENDED, "REPLIED", _S.ANSWERED),
    **_row(_S.EXTENDED, "REFUSED", _S.REFUSED),
    **_row(_S.EXTENDED, "LAPSED", _S.LAPSED),
    **_row(_S.PARTLY_ANSWERED, "AMENDED PARTLY_REPLIED PARTLY_REFUSED EXTENDED"),
    **_row(_S.PARTLY_ANSWERED, "REPLIED", _S.ANSWERED),
    **_row(_S.PARTLY_ANSWERED, "REFUSED", _S.REFUSED),
    **_row(_S.PARTLY_ANSWERED, "LAPSED", _S.LAPSED),
    **_row(_S.ANSWERED, "REPLIED PARTLY_REPLIED"),
    **_row(_S.REFUSED, "PARTLY_REPLIED", _S.PARTLY_ANSWERED),  # answered after all
    **_row(_S.REFUSED, "REPLIED", _S.ANSWERED),
    **_ends(
        *(_S.OPEN, _S.EXTENDED, _S.PARTLY_ANSWERED, _S.ANSWERED, _S.REFUSED, _S.LAPSED),
    ),
}

_CONSENT: Final = {
    **_row(_S.OPEN, "PARTLY_REFUSED"),
    **_row(_S.OPEN, "EXTENDED", _S.EXTENDED),
    **_row(_S.OPEN, "CONSENTED", _S.GRANTED),
    **_row(_S.OPEN, "REFUSED", _S.REFUSED),
    **_row(_S.OPEN, "LAPSED", _S.LAPSED),
    **_row(_S.EXTENDED, "PARTLY_REFUSED EXTENDED"),
    **_row(_S.EXTENDED, "CONSENTED", _S.GRANTED),
    **_row(_S.EXTENDED, "REFUSED", _S.REFUSED),
    **_row(_S.EXTENDED, "LAPSED", _S.LAPSED),
    **_row(_S.GRANTED, "CONSENTED PARTLY_REFUSED"),
    **_row(_S.REFUSED, "CONSENTED", _S.GRANTED),
    **_ends(_S.OPEN, _S.EXTENDED, _S.GRANTED, _S.REFUSED, _S.LAPSED),
}

_REPORT: Final = _row(_S.OPEN, "AMENDED") | _ends(_S.OPEN)

_AT_SENDER: Final = {
    **_row(_S.SEALED, "DELIVERED", _S.DELIVERED),
    **_row(_S.SEALED, "READ", _S.READ),
    **_row(_S.SEALED, "RETURNED", _S.RETURNED),
    **_row(_S.DELIVERED, "READ", _S.READ),
    **_row(_S.RETURNED, "DELIVERED", _S.DELIVERED),  # the receipt came after the message's end
    **_row(_S.RETURNED, "READ", _S.READ),
}
_AT_RECIPIENT: Final = {
    **_row(_S.RECEIVED, "READ", _S.READ),
    **_row(_S.RECEIVED, "ASSIGNED", _S.ASSIGNED),
    **_row(_S.READ, "ASSIGNED", _S.ASSIGNED),
    **_row(_S.ASSIGNED, "READ ASSIGNED"),
}


def _seen_from(title: str, start: State, own: Rows, shared: Rows) -> Table:
    """Put one side's own states in the place of `open`."""
    inside = tuple(dict.fromkeys(state for (state, _), _ in own.items())) + tuple(
        after for after in own.values() if all(after is not state for state, _ in own)
    )
    rows = dict(own)
    for (before, event), after in shared.items():
        for state in inside if before is State.OPEN else (before,):
            stays = before is State.OPEN and after is State.OPEN
            rows[state, event] = state if stays else start if after is State.OPEN else after
    return Table(title, start, MappingProxyType(rows), dict.fromkeys(inside, State.OPEN))


def _both(name: str, shared: Rows) -> tuple[Table, Table, Table]:
    return (
        Table(name, State.OPEN, MappingProxyType(shared), MappingProxyType({})),
        _seen_from(f"{name}, at the sender", State.SEALED, _AT_SENDER, shared),
        _seen_from(f"{name}, at the recipient", State.RECEIVED, _AT_RECIPIENT, shared),
    )


TABLES: Final[Mapping[str, tuple[Table, Table, Table]]] = MappingProxyType(
    {
        "pre-arrival-notice": _both("Notice", _NOTICE),
        "alert": _both("Alert", _ALERT),
        "information-request": _both("Request", _REQUEST),
        "consent-request": _both("Consent", _CONSENT),
        "statistics": _both("Statistics", _REPORT),
    }
)
"""Leading document to its table as agreed, at the sender, and at the recipient."""


def leads(name: str) -> bool:
    """Say whether a document leads a conversation of its own."""
    return name in TABLES
