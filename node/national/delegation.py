"""Delegation: what a system with `access:manage` may open for others, and what only the owner may.

Responsible for one rule: it may close everything, and open only what reads nothing and lets nobody in.
So nobody who can make tokens can make one for themselves that reads. Must not act.
"""

from collections.abc import Iterable
from typing import Final

from node.errors import CallerError
from node.national.scopes import ROLES, Role, Scope, read_scopes
from node.national.system import EVERYTHING, Names, System

OWNERS: Final = frozenset(
    {
        Scope.ACCESS_MANAGE,
        Scope.DOCUMENTS_READ,
        Scope.EVIDENCE_READ,
        Scope.MATCHES_READ,  # what was found quotes both documents
        Scope.MATCHES_DECIDE,
        Scope.WATCHLIST_MANAGE,  # its items are content
    }
)
"""Scopes that only the node's owner gives: they show content, or let others in."""


def is_delegated(role: Role) -> bool:
    """Say whether systems of a role may be let in by whoever has `access:manage`."""
    return OWNERS.isdisjoint(ROLES[role])


def may_make(system: System) -> None:
    """Refuse a new system that only the owner adds.

    A role counts also without a token: the broker and an identity provider let a system in by its id.

    Raises:
        CallerError: `access.owner_only`.
    """
    if not is_delegated(system.role):
        raise _refused(
            f"only the node's owner adds a system of the role {system.role}",
            "'sarbon systems add' on the node's machine",
        )


def may_change(before: System, after: System) -> None:
    """Refuse a change that would let a system read more than before.

    Raises:
        CallerError: `access.owner_only`.
    """
    if is_delegated(after.role):
        return
    if after.role is not before.role:
        raise _refused(
            f"only the node's owner gives the role {after.role}",
            "'sarbon systems change' on the node's machine",
        )
    if not _is_within(after, before):
        raise _refused(
            f"only the node's owner widens what a system of the role {after.role} sees",
            "fewer units, types or offices are taken here; 'sarbon systems change' takes more",
        )


def may_enable(system: System) -> None:
    """Refuse to let a system in again that only the owner lets in.

    Raises:
        CallerError: `access.owner_only`.
    """
    if not is_delegated(system.role):
        raise _refused(
            f"only the node's owner enables a system of the role {system.role}",
            "'sarbon systems enable' on the node's machine",
        )


def may_issue(system: System, scopes: Iterable[str]) -> None:
    """Refuse a token that only the owner issues.

    Args:
        system: that is to have it.
        scopes: as asked for; none for all of its role.

    Raises:
        CallerError: `access.owner_only`, or as `read_scopes`.
    """
    beyond = sorted(read_scopes(scopes, system.role) & OWNERS)
    if beyond:
        raise _refused(
            f"only the node's owner issues a token with {', '.join(beyond)}",
            "name other scopes, or 'sarbon tokens issue' on the node's machine",
        )


def _is_within(after: System, before: System) -> bool:
    return (
        _is_part(after.units, before.units)
        and _is_part(after.types, before.types)
        and after.offices <= before.offices
    )


def _is_part(after: Names, before: Names) -> bool:
    if before is EVERYTHING:
        return True
    return after is not EVERYTHING and after <= before


def _refused(fact: str, hint: str) -> CallerError:
    return CallerError("access.owner_only", fact, hint=hint)
