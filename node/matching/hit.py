"""Hit: the document that a confirmed match becomes, references only.

Responsible for saying to the author of an alert what matched and how well, and nothing that the alert
did not say already. The notice is named only to whoever has it. Must not seal or send, nor decide: an
officer has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from node.matching.found import Found, Likeness
from node.matching.kinds import MATCH_KEY, Kind
from node.message.alert import Alert
from node.message.handling_rules import strictest
from node.message.notice import PreArrivalNotice

_VALID: Final = timedelta(days=30)
_MOST_MATCHES: Final = 99  # entries of `matches` in hit/1
_OF_NOTICE: Final = "The restrictions of the notice in which it was found apply as well."
_OF_BOTH: Final = "The restrictions of the alert and of the notice in which it was found apply."
_SOURCED: Final = ("tlp", "h_code", "pap")
_MOST_RESTRICTIONS: Final = 512  # characters of `restrictions`


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is known of a hit beside the match: who says it, when, under which numbers.

    Attributes:
        authority: our own id, and `unit` the unit that confirmed.
        reference: of the hit.
        confirmed_at: aware UTC, the time of issue.
        found_at: aware UTC, when the match was found.
        own_reference: under which we may be asked about it; None: none is given.
    """

    authority: str
    unit: str
    reference: str
    confirmed_at: datetime
    found_at: datetime
    own_reference: str | None = None


def hit_members(
    found: Found, alert: Alert, notice: PreArrivalNotice, confirmation: Confirmation
) -> dict[str, Any]:
    """Give the members of a `hit/1`, as JSON values.

    Args:
        found: the match, confirmed.
        alert: another authority's, in the version that was compared.
        notice: in which it was found.
        confirmation: who says so.

    Raises:
        ValueError: the alert is our own; nobody tells a hit to themselves.
    """
    author = alert.originator.authority
    if author == confirmation.authority:
        raise ValueError("the alert is our own")
    is_known = author in {notice.originator.authority, *notice.recipients}
    issued = confirmation.confirmed_at
    hit: dict[str, Any] = {
        "type": "hit/1",
        "reference": confirmation.reference,
        "version": 1,
        "function": "9",
        "issued_at": _utc(issued),
        "originator": {
            "authority": confirmation.authority,
            "unit": confirmation.unit,
            "country": confirmation.authority[:2],
        },
        "recipients": [author],
        "priority": alert.priority,
        "valid_until": _utc(max(alert.valid_until, issued + _VALID)),
        "handling": _handling(alert, notice, is_known=is_known),
        "test": alert.test,
        "answers": {
            "type": "alert",
            "authority": author,
            "reference": alert.reference,
            "version": alert.version,
        },
        "found_at": _utc(min(confirmation.found_at, issued)),
        "matches": _matches(found, notice, confirmation.own_reference, is_known=is_known),
    }
    if is_known:
        hit["office"] = notice.office_of_entry
        if notice.originator.authority != confirmation.authority:
            hit["sources"] = [_source(notice)]
    return hit


def _handling(alert: Alert, notice: PreArrivalNotice, *, is_known: bool) -> dict[str, Any]:
    """Give the handling: code by code the strictest of both, the purpose and basis of the alert."""
    codes = strictest((alert.handling, notice.handling))
    handling: dict[str, Any] = {name: getattr(codes, name) for name in _SOURCED}
    for name in ("purpose", "legal_basis", "legal_basis_reference", "retention_class"):
        value = getattr(alert.handling, name)
        if value is not None:
            handling[name] = value
    words = _restrictions(alert.handling.restrictions, notice.handling.restrictions, is_known=is_known)
    if words:
        handling["restrictions"] = words
    return handling


def _restrictions(alert: str | None, notice: str | None, *, is_known: bool) -> str:
    """Give the restrictions of both in words; where that is too long, say that they apply."""
    own = () if notice is None else (notice if is_known else _OF_NOTICE,)
    wordings = (
        " ".join(dict.fromkeys((*((alert,) if alert else ()), *own))),
        f"{alert} {_OF_NOTICE}",
        _OF_BOTH,
    )
    return next(words for words in wordings if len(words) <= _MOST_RESTRICTIONS)


def _source(notice: PreArrivalNotice) -> dict[str, Any]:
    codes = {name: getattr(notice.handling, name) for name in _SOURCED}
    return {
        "type": "pre-arrival-notice",
        "authority": notice.originator.authority,
        "reference": notice.reference,
        "version": notice.version,
        **codes,
    }


def _matches(
    found: Found, notice: PreArrivalNotice, own: str | None, *, is_known: bool
) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for likeness in _telling(found):
        entry: dict[str, Any] = {
            "key": MATCH_KEY[likeness.kind],
            "exactness": likeness.exactness,
            "found_in": "notice",
        }
        if is_known:
            entry["notice"] = _notice(found, notice)
        if own is not None:
            entry["reference"] = own
        if entry not in entries:
            entries.append(entry)
    return entries[:_MOST_MATCHES]


def _telling(found: Found) -> Iterator[Likeness]:
    """Give what is worth telling: that the alert named the notice only where nothing else agrees."""
    others = [each for each in found.likenesses if each.kind is not Kind.NOTICE]
    yield from others or found.likenesses


def _notice(found: Found, notice: PreArrivalNotice) -> dict[str, Any]:
    named = {"authority": notice.originator.authority, "reference": notice.reference}
    only = found.consignments
    return named | ({"consignment": only[0]} if len(only) == 1 else {})


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
