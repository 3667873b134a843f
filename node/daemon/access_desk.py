"""The access desk: national systems and their tokens, made, changed and ended, each act recorded.

Responsible for doing one act at a time and for its entry in the log. Must not decide who may do this
(whoever reaches the local socket may, and principals with `access:manage`), and keeps no secret: the
text of a token leaves with the answer and is nowhere else.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from node.audit.event import Kind
from node.daemon.node import Node
from node.errors import CallerError
from node.national.scopes import read_scopes
from node.national.system import EVERYTHING, OWNER, System, check_active, make_system
from node.national.token import Token, digest_of, expiry_of, make_token
from node.store.accounts import Accounts, PutSystem, PutToken, RevokeToken
from node.store.journal import Batch

DEFAULT_DAYS: Final = 90
_TEXTS: Final = frozenset({"title", "role"})
_LISTS: Final = frozenset({"units", "types", "offices"})
_NEEDED: Final = frozenset({"title", "role", "units", "types"})


def unasked(*_: System) -> None:
    """Allow an act: the owner's own, and whatever only closes something."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; `text` is what its system shows, and is given out this once."""

    token: Token
    text: str


class AccessDesk:
    """Takes acts of whoever manages access; `by` is who that is, for the log."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._accounts = Accounts(node.database)
        self._lock = asyncio.Lock()

    async def add(self, system: System, *, by: str) -> None:
        """Add a system.

        Raises:
            CallerError: `system.exists`.
        """
        async with self._lock:
            if await self._node.in_worker(self._accounts.system, system.id) is not None:
                raise CallerError(
                    "system.exists",
                    f"there is a system {system.id}",
                    hint="'sarbon systems change' changes it; an id is never used twice",
                )
            await self._put(system, by)

    async def change(
        self,
        system_id: str,
        changes: Mapping[str, Any],
        *,
        by: str,
        check: Callable[[System, System], None] = unasked,
    ) -> System:
        """Change members of a system, as they are written; gives what it is now.

        Args:
            system_id: of which system.
            changes: members by name.
            by: who does this, for the log.
            check: asked with what it was and would be, while nobody else can change it; may raise.

        Raises:
            CallerError: `system.unknown`, or as `make_system`.
        """
        async with self._lock:
            before = await self._system(system_id)
            written = {name: _written(before.value[name]) for name in before.value if name != "id"}
            after = make_system(system_id, **{**written, **changes})
            check(before, after)
            if after != before:  # what changes nothing is no event
                await self._put(after, by)
            return after

    async def set_active(
        self,
        system_id: str,
        *,
        is_active: bool,
        by: str,
        check: Callable[[System], None] = unasked,
    ) -> bool:
        """Disable a system, or enable it again; says whether that was new. `check` as in `change`.

        Raises:
            CallerError: `system.unknown`.
        """
        async with self._lock:
            system = await self._system(system_id)
            check(system)
            if system.is_active is is_active:
                return False
            await self._put(replace(system, is_active=is_active), by)
            return True

    async def issue(
        self,
        system_id: str,
        *,
        scopes: Iterable[str] = (),
        days: int = DEFAULT_DAYS,
        by: str,
        check: Callable[[System], None] = unasked,
    ) -> Issued:
        """Issue a token; without scopes it has those of its system's role. `check` as in `change`.

        Raises:
            CallerError: `system.unknown`, `system.disabled`, `scope.…` or `token.lifetime`.
        """
        async with self._lock:
            system = await self._system(system_id)
            check_active(system)
            check(system)
            now = self._node.clock()
            shown, text = make_token(os.urandom)
            token = Token(
                id=shown.id,
                system=system.id,
                digest=digest_of(shown.secret),
                scopes=read_scopes(scopes, system.role),
                made_at=now,
                expires_at=expiry_of(days, now=now),
            )
            event = self._node.event(
                Kind.TOKEN_ISSUED, token=token.id, system=system.id, expires=token.expires_at, by=by
            )
            await self._node.committer.commit(Batch([event], records=[PutToken(token)]))
            return Issued(token, text)

    async def revoke(self, token_id: str, *, by: str) -> bool:
        """End a token now; says whether that was new.

        Raises:
            CallerError: `token.absent`.
        """
        async with self._lock:
            found = await self._node.in_worker(self._accounts.token, token_id)
            if found is None:
                raise CallerError(
                    "token.absent",
                    "there is no token with this id",
                    hint="'sarbon tokens list' lists them; the id is the middle part of a token",
                )
            token, _ = found
            if token.revoked_at is not None:
                return False
            event = self._node.event(Kind.TOKEN_REVOKED, token=token.id, system=token.system, by=by)
            record = RevokeToken(token.id, self._node.clock())
            await self._node.committer.commit(Batch([event], records=[record]))
            return True

    async def act(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the node's owner asks for at the local socket.

        Raises:
            CallerError: `request.unknown`, `request.malformed`, or as the act.
        """
        match request:
            case {"act": "add", "id": str() as system_id, "system": dict(written)}:
                members = _members(written, needed=_NEEDED)
                system = make_system(system_id, **members)
                await self.add(system, by=OWNER)
                return {"system": system.value}
            case {"act": "change", "id": str() as system_id, "changes": dict(written)}:
                changed = await self.change(system_id, _members(written), by=OWNER)
                return {"system": changed.value}
            case {"act": "enable" | "disable" as act, "id": str() as system_id}:
                is_new = await self.set_active(system_id, is_active=act == "enable", by=OWNER)
                return {"new": is_new}
            case {"act": "issue", "id": str() as system_id, "scopes": list(scopes), "days": int(days)}:
                issued = await self.issue(system_id, scopes=_texts(scopes), days=days, by=OWNER)
                return {"text": issued.text, **told(issued.token)}
            case {"act": "revoke", "id": str() as token_id}:
                return {"new": await self.revoke(token_id, by=OWNER)}
            case _:
                raise CallerError("request.unknown", "not a request this node knows")

    async def _system(self, system_id: str) -> System:
        system = await self._node.in_worker(self._accounts.system, system_id)
        if system is None:
            raise unknown_system()
        return system

    async def _put(self, system: System, by: str) -> None:
        event = self._node.event(Kind.SYSTEM_CHANGED, system=system.id, digest=system.digest, by=by)
        record = PutSystem(system, self._node.clock())
        await self._node.committer.commit(Batch([event], records=[record]))


async def act_alone(node: Node, request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the node's owner asks for while no node runs."""
    committer = asyncio.create_task(node.committer.run())
    try:
        return await AccessDesk(node).act(request)
    finally:
        committer.cancel()
        await asyncio.gather(committer, return_exceptions=True)


def told(token: Token) -> dict[str, Any]:
    """Give a token as JSON, without what could let anybody in."""
    return {
        "id": token.id,
        "system": token.system,
        "scopes": sorted(token.scopes),
        "made_at": token.made_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }


def unknown_system() -> CallerError:
    """Say that there is no such system."""
    return CallerError(
        "system.unknown", "there is no system with this id", hint="'sarbon systems list' lists them"
    )


def _members(written: Mapping[str, Any], needed: Iterable[str] = ()) -> dict[str, Any]:
    """Take members of a system from a request: none missing, none unknown, each of its own kind."""
    is_whole = set(needed) <= written.keys() <= {*_TEXTS, *_LISTS}
    if not is_whole or not all(isinstance(written[name], str) for name in written.keys() & _TEXTS):
        raise _malformed()
    lists = {name: _texts(written[name]) for name in written.keys() & _LISTS}
    return {**written, **lists}


def _texts(values: object) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _malformed()
    return values


def _malformed() -> CallerError:
    return CallerError(
        "request.malformed",
        "a member of the request is missing, unknown, or of another kind",
        hint="docs/access.md lists the members of a system",
    )


def _written(value: object) -> object:
    """Give a member as an operator would write it: everything is a list with a star."""
    return [value] if value == EVERYTHING.value else value
