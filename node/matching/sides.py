"""Sides: what is looked for, and what is seen, each read once and then compared many times.

Responsible for bringing an alert and a watch item to one form, a notice to another, and amendments to
what they carry. Must not compare.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from node.conversation.facts import milliseconds
from node.matching.found import Named
from node.matching.kinds import SPECIFIC, Kind
from node.matching.marks import Mark, Steps, boxes, documents, marks_of_notice, marks_of_subject
from node.matching.numbers import Number, repaired, slip_keys
from node.matching.parties import (
    Sighted,
    gathered,
    parties_of_notice,
    parties_of_subject,
    party_keys,
)
from node.matching.watch import WatchItem
from node.message.alert import Alert, Route, SuspectedGoods
from node.message.amendment import Amendment
from node.message.faults import pointer_to
from node.message.goods import GoodsItem
from node.message.header import Header
from node.message.notice import PreArrivalNotice

_CANCELLED = "1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an alert or a watch item looks for.

    Attributes:
        named: which one it is.
        at: steps before its members, where an amendment carries it.
        marks: identifiers.
        repaired: what those that fail their check may have been.
        parties: who makes it suspicious.
        goods: declared.
        suspected: what may really be in it.
        route: its way.
        begins: Unix ms from which cargo of it may arrive; `ends` until when it is looked for.
        is_test: whether only test traffic is meant.
        is_off: whether it has been cancelled.
    """

    named: Named
    at: Steps
    marks: tuple[Mark, ...]
    repaired: Mapping[tuple[Kind, str], tuple[str, ...]]
    parties: tuple[Sighted, ...]
    goods: tuple[GoodsItem, ...]
    suspected: tuple[SuspectedGoods, ...]
    route: Route | None
    begins: int
    ends: int
    is_test: bool
    is_off: bool

    @property
    def is_specific(self) -> bool:
        """Whether it names one cargo, and not only a party or a voyage."""
        return any(mark.kind in SPECIFIC for mark in self.marks)

    @property
    def has_only_plates(self) -> bool:
        """Whether its plates are all that names the cargo: then a slip in one would hide it."""
        return {mark.kind for mark in self.marks if mark.kind in SPECIFIC} == {Kind.PLATE}


@dataclass(frozen=True, slots=True)
class Seen:
    """A notice, with its marks laid out to be found.

    Attributes:
        named: which one it is.
        at: steps before its members, where an amendment carries it.
        notice: the notice itself.
        marks: identifiers.
        parties: everybody named.
        by_value: marks by kind and value.
        by_repair: marks that fail their check, by what they may have been.
        by_slip: plates, by what is left when a character is left out.
        by_party: parties, by their numbers and what is telling in their names.
    """

    named: Named
    at: Steps
    notice: PreArrivalNotice
    marks: tuple[Mark, ...]
    parties: tuple[Sighted, ...]
    by_value: dict[tuple[Kind, str], list[Mark]] = field(default_factory=dict)
    by_repair: dict[tuple[Kind, str], list[Mark]] = field(default_factory=dict)
    by_slip: dict[str, list[Mark]] = field(default_factory=dict)
    by_party: dict[str, list[Sighted]] = field(default_factory=dict)

    @property
    def is_off(self) -> bool:
        """Whether it has been cancelled."""
        return self.notice.function == _CANCELLED


def look_for(item: Alert | WatchItem | Amendment) -> Wanted:
    """Read what an alert, an amended alert or a watch item looks for.

    Raises:
        TypeError: the amendment carries a notice.
    """
    if isinstance(item, WatchItem):
        return _of_watch(item)
    alert, at = _carried(item)
    if not isinstance(alert, Alert):
        raise TypeError("not an alert")
    refused = alert.do_not_load
    marks = [
        *marks_of_subject(alert.subject, *at, "subject"),
        *_suspicious(alert, at),
        *(
            documents(refused.transport_documents, (*at, "do_not_load", "transport_documents"))
            if refused
            else ()
        ),
        *(boxes(refused.equipment, (*at, "do_not_load", "equipment")) if refused else ()),
    ]
    looked_for = _once(marks)
    return Wanted(
        named=_named("alert", alert),
        at=at,
        marks=looked_for,
        repaired=repaired(mark.number for mark in looked_for),
        parties=tuple(parties_of_subject(alert.subject, *at, "subject")),
        goods=alert.subject.declared_goods,
        suspected=alert.suspected_goods,
        route=alert.route,
        begins=milliseconds(alert.valid_from or alert.issued_at),
        ends=milliseconds(alert.valid_until),
        is_test=alert.test,
        is_off=alert.function == _CANCELLED,
    )


def _of_watch(item: WatchItem) -> Wanted:
    marks = _once(marks_of_subject(item.subject, "subject"))
    return Wanted(
        named=Named(type="watch-item", reference=item.id),
        at=(),
        marks=marks,
        repaired=repaired(mark.number for mark in marks),
        parties=tuple(parties_of_subject(item.subject, "subject")),
        goods=item.subject.declared_goods,
        suspected=item.suspected_goods,
        route=item.route,
        begins=milliseconds(item.valid_from),
        ends=milliseconds(item.valid_until),
        is_test=item.test,
        is_off=False,
    )


def look_at(document: PreArrivalNotice | Amendment) -> Seen:
    """Lay out what is seen in a notice, or in the one that an amendment carries.

    Raises:
        TypeError: the amendment carries an alert.
    """
    notice, at = _carried(document)
    if not isinstance(notice, PreArrivalNotice):
        raise TypeError("not a notice")
    seen = Seen(
        named=_named("pre-arrival-notice", notice),
        at=at,
        notice=notice,
        marks=tuple(marks_of_notice(notice, *at)),
        parties=gathered(parties_of_notice(notice, *at)),
    )
    _lay_out(seen)
    return seen


def _lay_out(seen: Seen) -> None:
    for party in seen.parties:
        for key in party_keys(party):
            seen.by_party.setdefault(key, []).append(party)
    others = repaired(mark.number for mark in seen.marks)
    for mark in seen.marks:
        seen.by_value.setdefault((mark.kind, mark.number.value), []).append(mark)
    for mark in seen.marks:
        if mark.kind is Kind.PLATE:
            for key in slip_keys(mark.number.value):
                seen.by_slip.setdefault(key, []).append(mark)
        for value in others.get((mark.kind, mark.number.value), ()):
            seen.by_repair.setdefault((mark.kind, value), []).append(mark)


def _carried(document: Header) -> tuple[Header, Steps]:
    return (document.document, ("document",)) if isinstance(document, Amendment) else (document, ())


def _named(kind: str, document: Header) -> Named:
    return Named.model_validate(
        {
            "type": kind,
            "authority": document.originator.authority,
            "reference": document.reference,
            "version": document.version,
        }
    )


def _suspicious(alert: Alert, at: Steps) -> Iterator[Mark]:
    """Give the notices whose members gave rise to suspicion."""
    for index, member in enumerate(alert.suspicious_members):
        reference = f"{member.authority}/{member.reference}"
        number = Number(Kind.NOTICE, reference, reference, reference)
        yield Mark(number, pointer_to(*at, "suspicious_members", index, "reference"))


def _once(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Leave out what an alert names twice; the first place counts."""
    first: dict[tuple[Kind, str], Mark] = {}
    for mark in marks:
        first.setdefault((mark.kind, mark.number.value), mark)
    return tuple(first.values())
