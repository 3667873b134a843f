"""A case: what one conversation about cargo came to, in the few facts that the corridor counts.

Responsible for taking these out of a page of the register, by the same definitions as the statistics
(`conversation.measures`). Must not know any cargo, nor decide which documents may be used.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from node.conversation.counted import counted_of
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken
from node.conversation.measures import Measure, Period, measures_of
from node.conversation.page import Page
from node.conversation.tables import FROZEN
from node.trust.agreement import Deadlines

ALWAYS: Final = Period(-(2**62), 2**62)
"""What came of a cargo counts with the cargo, whenever it came."""

RESULTS: Final = (
    "controls-a1",
    "controls-a2",
    "controls-a3",
    "controls-a4",
    "controls-a5",
    "controls-b1",
)
"""Controls by their result; together they are all controls."""

_KEPT: Final = frozenset(
    {"controls", *RESULTS, "not-controlled", "hit-rate", "seizures", "seized-mass", "outcome-known"}
)
_ENDS: Final = (Event.CONTROLLED, Event.NOT_CONTROLLED, Event.SEIZED, Event.DECLINED)
_LED: Final = frozenset({"pre-arrival-notice", "alert"})


@dataclass(frozen=True, slots=True)
class Case:
    """A notice or an alert that reached its recipient, with what came of it there.

    Attributes:
        lead: the notice or alert, over all its versions.
        message: the message that brought the version that stands.
        version: the version that stands.
        peer: the other authority; we are its originator or its recipient.
        notices: the notices that an alert names.
        at: when the cargo is expected, or else when the document was delivered; Unix ms.
        is_withdrawn: cancelled or recalled.
        has_outcome: controlled, seized, not controlled or declined, with the reason coded.
        hits: documents `hit/1` that answer it.
        measures: what it adds to figures.
    """

    lead: Ref
    message: str
    version: int
    recipient: str
    peer: str
    notices: tuple[Ref, ...]
    at: int
    is_withdrawn: bool
    has_outcome: bool
    hits: int
    measures: tuple[Measure, ...]

    @property
    def is_alert(self) -> bool:
        """Whether an alert leads it; otherwise a notice does."""
        return self.lead.name == "alert"

    @property
    def place(self) -> tuple[Ref, str]:
        """What tells it from every other case."""
        return (self.lead, self.peer)

    def count(self, metric: str) -> int:
        """Give how often something was counted in it, whatever the trigger or the commodity."""
        return sum(
            int(each.value)
            for each in self.measures
            if each.metric == metric and each.trigger is None and each.commodity is None
        )


def case_of(
    page: Page,
    *,
    now: int,
    terms: Deadlines,
    is_test: bool = False,
    may_use: Callable[[Spoken], bool] = lambda _: True,
) -> Case | None:
    """Take a case out of a conversation.

    Args:
        page: the conversation, as we keep it.
        now: Unix ms.
        terms: the deadlines of the agreement it rests on.
        is_test: take test traffic, and nothing else.
        may_use: says whether a message may be used; the others are as if they had never come.

    Returns:
        None if no cargo is its subject, if it never reached its recipient, or is of the other kind.
    """
    if page.lead.name not in _LED:
        return None
    used = replace(page, said={each.id: each for each in page.said.values() if may_use(each)})
    counted = counted_of(used, now=now, terms=terms, is_test=is_test)
    if counted is None:
        return None
    standing = counted.standing
    measures = measures_of(used, ALWAYS, now=now, terms=terms, is_test=is_test)
    return Case(
        lead=page.lead,
        message=standing.id,
        version=(standing.carries or standing.what).number,
        recipient=page.recipient,
        peer=page.peer,
        notices=standing.notices,
        at=standing.coded.get("eta", counted.delivered),
        is_withdrawn=counted.course.agreed in FROZEN,
        has_outcome=counted.first(*_ENDS) is not None,
        hits=sum(1 for _ in counted.spoken(Event.HIT)),
        measures=tuple(each for each in measures if _is_kept(each)),
    )


def _is_kept(measure: Measure) -> bool:
    """Leave out controls by trigger: the hit rate says how many there were."""
    return measure.metric in _KEPT and not (measure.metric == "controls" and measure.trigger)
