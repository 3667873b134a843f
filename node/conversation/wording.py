"""What a conversation says, in plain words: a document by its coded facts, a deadline, a state.

Responsible for sentences an officer reads. Must not need the document itself: it may have been
erased, and no name or text of it may come into a list.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from node.conversation.course import Outcome
from node.conversation.facts import Spoken
from node.reference.outcome_codes import CONTROL_RESULTS

_FIRST_MS: Final = -62_135_596_800_000  # 0001-01-01T00:00:00Z
_LAST_MS: Final = 253_402_300_799_000  # 9999-12-31T23:59:59Z
_MINUTE_MS: Final = 60_000
_HOUR_MINUTES: Final = 60
_DAY_MINUTES: Final = 24 * _HOUR_MINUTES

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {"pre-arrival-notice": "notice", "information-request": "request"}
)
"""Documents that officers call by a shorter name than their type."""

OWED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "receipt": "receipt",
        "read": "reading",
        "acceptance": "decision",
        "feedback": "result",
        "answer": "answer",
        "recall-answer": "answer to the recall",
    }
)
"""Deadline to what is owed by it."""

UNCOUNTED: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.LATE: "after the end: counted, the case is not opened again",
        Outcome.REPEATED: "said before",
        Outcome.SUPERSEDED: "a later version stands",
        Outcome.WITHDRAWN: "taken back by its author",
        Outcome.CONTRADICTING: "contradicts the same version sent before, which stands",
        Outcome.OUT_OF_PLACE: "no such step from here",
        Outcome.NOT_THEIRS: "not theirs to say",
        Outcome.FROZEN: "after a recall: moves nothing",
        Outcome.WAITING: "waits for what it answers",
        Outcome.TEST: "test traffic beside real, or the other way round",
        Outcome.RETURNED: "did not get there",
    }
)
"""Outcomes that an officer must be told of, in words."""


def title_of(name: str) -> str:
    """Give what officers call a document of a type, named without its edition."""
    return TITLES.get(name, name.replace("-", " "))


def tell(said: Spoken) -> str:
    """Say what a document is and what it says, as far as it was coded."""
    what = f"{title_of(said.name)} {said.what.ref.reference}"
    if said.what.number > 1:
        what += f" version {said.what.number}"
    if said.function == "1":
        return f"{what}: cancelled by its author"
    details = _DETAILS.get(said.name)
    words = details(said) if details else ""
    return f"{what}: {words}" if words else what


def moment(ms: int) -> datetime:
    """Give a time in UTC; one beyond the calendar, as a peer may name it, as its end."""
    return datetime.fromtimestamp(min(max(ms, _FIRST_MS), _LAST_MS) / 1000, UTC)


def to_minute(ms: int) -> str:
    """Write a time, UTC, to the minute."""
    return f"{moment(ms):%Y-%m-%dT%H:%MZ}"


def to_second(ms: int) -> str:
    """Write a time, UTC, to the second."""
    return f"{moment(ms):%Y-%m-%dT%H:%M:%SZ}"


def duration(ms: int) -> str:
    """Write how long something takes, in its two largest units."""
    minutes = abs(ms) // _MINUTE_MS
    days, rest = divmod(minutes, _DAY_MINUTES)
    hours, left = divmod(rest, _HOUR_MINUTES)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {left} min"
    return f"{minutes} min" if minutes else f"{abs(ms) // 1000} s"


def _listed(codes: Any) -> str:
    return ", ".join(map(str, codes))


def _of_notice(said: Spoken) -> str:
    return f"expected at {said.coded['office']} {to_minute(said.coded['eta'])}"


def _of_alert(said: Spoken) -> str:
    risks = zip(said.coded["areas"], said.coded["levels"], strict=True)
    return f"{said.coded['priority']}, {_listed(f'{area} {level}' for area, level in risks)}"


def _of_amendment(said: Spoken) -> str:
    brought = said.carries
    if brought is None:  # an amendment always brings a version; facts of an older form may not
        return ""
    return f"version {brought.number} of {title_of(brought.ref.name)} {brought.ref.reference}"


def _of_acceptance(said: Spoken) -> str:
    if said.coded["decision"] == "declined":
        return f"declined, {said.coded['reason']}"
    planned = said.coded.get("scheduled")
    return f"accepted, control planned {to_minute(planned)}" if planned else "accepted"


def _of_control(said: Spoken) -> str:
    if said.coded["decision"] == "not-controlled":
        return f"not controlled, {said.coded['reason']}"
    result = said.coded["result"]
    meaning = CONTROL_RESULTS.codes[result].partition(":")[0].lower()
    return f"{result} {meaning}, set off by {_listed(said.coded['triggers'])}"


def _of_seizure(said: Spoken) -> str:
    return _listed(f"{kind} {quantity} {unit}" for kind, quantity, unit in said.coded["goods"])


def _of_recall(said: Spoken) -> str:
    target = said.target
    what = f"{title_of(target.ref.name)} {target.ref.reference}, " if target else ""
    return what + str(said.coded["reason"])


_COMPARED: Final = MappingProxyType(
    {
        "matches": "declared as announced",
        "differs": "declared otherwise than announced",
        "not-compared": "declared, not compared",
    }
)

_DETAILS: Final[Mapping[str, Callable[[Spoken], str]]] = MappingProxyType(
    {
        "pre-arrival-notice": _of_notice,
        "alert": _of_alert,
        "amendment": _of_amendment,
        "acceptance": _of_acceptance,
        "arrival": lambda said: f"at {said.coded['office']} {to_minute(said.coded['arrived'])}",
        "control-result": _of_control,
        "seizure": _of_seizure,
        "import-result": lambda said: _COMPARED[said.coded["comparison"]],
        "information-request": lambda said: str(said.coded["urgency"]),
        "information-reply": lambda said: "complete" if said.coded["complete"] else "in part",
        "refusal": lambda said: f"{said.coded['extent']}, {said.coded['reason']}",
        "extension": lambda said: f"until {to_minute(said.coded['until'])}",
        "consent": lambda said: _listed(said.coded["kinds"]) or "nothing granted",
        "recall": _of_recall,
        "recall-answer": lambda said: _listed(said.coded["uses"]),
    }
)
