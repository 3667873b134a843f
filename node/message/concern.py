"""Whom on the national side a document concerns: by its type, its unit and the offices it names.

Responsible for taking these out of a document, once, when it is sealed or accepted. Must not know the
national systems, nor decide which of them may see it (`national` does).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from node.message.acceptance import Acceptance
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.answer import Answer, Answered
from node.message.arrival import Arrival
from node.message.control_result import ControlResult
from node.message.header import Header
from node.message.hit import Hit
from node.message.import_result import ImportResult
from node.message.incident import Incident
from node.message.notice import PreArrivalNotice
from node.message.recall import Recall
from node.message.seizure import Seizure

OURS: Final = ""
"""Stands for the originator of what we sent ourselves."""

_Offices = Iterator[str | None]


@dataclass(frozen=True, slots=True)
class Followed:
    """A document that another one answers, amends or recalls.

    Attributes:
        originator: the authority that issued it; `OURS` where it is our own.
        name: its type without edition.
    """

    originator: str
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Concern:
    """What decides which national systems a document is for.

    Attributes:
        types: names without edition; to be entitled to one of them is enough. An amendment goes by
            what it carries, for that is its content; a recall also by what it recalls, so that
            whoever had the document learns of it.
        unit: of the originator.
        offices: customs offices named as places where something is to happen or has happened, sorted.
        follows: the document answered, amended or recalled: whoever that concerns, this concerns too.
    """

    types: tuple[str, ...]
    unit: str
    offices: tuple[str, ...]
    follows: Followed | None = None


def concern_of(document: Header, *, own: str) -> Concern:
    """Take out of a document whom it concerns.

    Args:
        document: one that we sent or accepted.
        own: our authority id.
    """
    content = document.document if isinstance(document, Amendment) else document
    names = _OFFICES.get(type(content))
    offices = {office for office in names(content) if office} if names else set[str]()
    return Concern(
        types=_types(document),
        unit=document.originator.unit,
        offices=tuple(sorted(offices)),
        follows=_followed(document, own),
    )


def _followed(document: Header, own: str) -> Followed | None:
    named = _named(document)
    if named is None:
        return None
    originator = OURS if named.authority == own else named.authority
    return Followed(originator, named.type, named.reference)


def _named(document: Header) -> Answered | None:
    if isinstance(document, Amendment):
        return document.amends
    if isinstance(document, Recall):
        return document.recalls
    return document.answers if isinstance(document, Answer) else None


def _types(document: Header) -> tuple[str, ...]:
    if isinstance(document, Amendment):
        return (_name(document.document),)
    if isinstance(document, Recall):
        return tuple(dict.fromkeys((_name(document), str(document.recalls.type))))
    return (_name(document),)


def _name(document: Header) -> str:
    return document.type.partition("/")[0]


def _of_alert(alert: Alert) -> _Offices:
    if alert.route is not None:
        yield alert.route.office_of_entry
    yield from (action.office for action in alert.recommended_actions)


def _of_notice(notice: PreArrivalNotice) -> _Offices:
    yield notice.office_of_entry
    yield notice.office_of_presentation


def _of_incident(incident: Incident) -> _Offices:
    yield incident.new_office
    if incident.endorsement is not None:
        yield incident.endorsement.office


def _one(name: str) -> Callable[[Any], _Offices]:
    return lambda document: iter((getattr(document, name),))


_OFFICES: Final[Mapping[type[Header], Callable[[Any], _Offices]]] = MappingProxyType(
    {
        Alert: _of_alert,
        PreArrivalNotice: _of_notice,
        Incident: _of_incident,
        Acceptance: _one("office_of_control"),
        Arrival: _one("office"),
        ControlResult: _one("office_of_control"),
        Hit: _one("office"),
        ImportResult: _one("office"),
        Seizure: _one("office"),
    }
)
"""Where each kind of document names offices. Others name none."""
