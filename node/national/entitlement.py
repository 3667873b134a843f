"""Entitlement: which messages a national system sees, and which documents it may send.

Responsible for the one rule of each, and for nothing else: every door, list, event and delivery asks
here, or in SQL by `store.visibility`, which a property holds to this. Must not know what a scope is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from node.errors import CallerError
from node.message.concern import concern_of
from node.message.header import Header
from node.national.system import EVERYTHING, Names, System, check_active


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a message concerns, as the rows beside it say.

    Attributes:
        types: what it counts as, without edition; any of them is enough.
        units: of ours: the one that answers for it, those it was given to.
        offices: customs offices it names.
    """

    types: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()


def sees(system: System, concerned: Concerned) -> bool:
    """Say whether a message exists for a system: by its type, and by unit or office.

    A disabled system sees nothing.
    """
    if not system.is_active or not _names_some(system.types, concerned.types):
        return False
    return _names_some(system.units, concerned.units) or not system.offices.isdisjoint(concerned.offices)


def may_send(system: System, document: Header) -> None:
    """Refuse a document that is not this system's to send.

    Raises:
        CallerError: `system.disabled`, `access.type` or `access.unit`.
    """
    check_active(system)
    about = concern_of(document, own=document.originator.authority)
    if not _names_some(system.types, about.types):
        raise CallerError(
            "access.type",
            f"{system.id} does not deal with documents of this type",
            hint="an amendment goes by what it carries; the node's operator sets the types",
            pointer="/type",
        )
    if not _names_some(system.units, (about.unit,)):
        raise CallerError(
            "access.unit",
            f"{system.id} does not work for the unit that is named as originator",
            hint="name a unit of its own; the node's operator sets the units",
            pointer="/originator/unit",
        )


def _names_some(names: Names, found: Iterable[str]) -> bool:
    return names is EVERYTHING or not names.isdisjoint(found)
