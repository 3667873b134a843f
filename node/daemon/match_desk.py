"""The match desk: officers confirm or dismiss what was found; of a confirmed match its author is told.

Responsible for one decision at a time, recorded, and for one hit for each match, whatever happens in
between. Must not decide what a system sees (it is given matches that it does), nor send anything that
nobody has confirmed.

The hit is sealed first, and the decision recorded after it. If we crash in between, the matcher finds
the hit in the log and records the decision; whoever confirms again is given the same hit.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import orjson

from node.canonical import b64u
from node.daemon.doors import submit_for
from node.daemon.match_round import decision, turn_of
from node.daemon.node import Node
from node.daemon.submitter import Submitter
from node.errors import CallerError
from node.matching.decision import DISMISSALS, Dismissal, MatchState
from node.matching.hit import Confirmation, hit_members
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.concern import OURS
from node.message.document import Document, reread_document
from node.message.notice import PreArrivalNotice
from node.national.event import Key
from node.national.scopes import Scope
from node.national.system import OWNER, Principal, System
from node.store.journal import Batch
from node.store.match_index import Side
from node.store.matches import Match, Matches, PutMatch
from node.store.record import Records
from node.transfer.submission import Submission

_DIGEST_BYTES: Final = 32

Check = Callable[[Match], None]
"""Raises `CallerError` where a match is no longer as the caller saw it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for with a confirmation.

    Attributes:
        unit: of ours, that confirms; the hit names it.
        office: where the cargo is or is expected, to be told instead of the notice's office of entry.
        is_told: whether the author of the alert is told by a hit.
        key: the caller's own: asking again under it gives the first answer.
    """

    unit: str
    office: str | None = None
    is_told: bool = True
    key: str | None = None

    @property
    def asked(self) -> bytes | None:
        """The digests of the key and of what was asked for under it."""
        if self.key is None:
            return None
        wanted = orjson.dumps([self.unit, self.office, self.is_told])
        return hashlib.sha256(self.key.encode()).digest() + hashlib.sha256(wanted).digest()


@dataclass(frozen=True, slots=True)
class Decided:
    """A match after a decision; `is_replayed`: it had been decided just so, under the same key."""

    match: Match
    is_replayed: bool = False


class MatchDesk:
    """Takes decisions of officers. For no principal the node's owner decides."""

    def __init__(self, node: Node, submitter: Submitter) -> None:
        self._node = node
        self._submitter = submitter
        self._matches = Matches(node.database)
        self._records = Records(node.database)

    async def confirm(
        self, match_id: str, wish: Wish, principal: Principal | None, check: Check
    ) -> Decided:
        """Confirm a match, and tell the author of a peer's alert.

        Raises:
            CallerError: `match.unknown`, `match.decided`, `match.ended`, `idempotency.mismatch`, what
                `check` raises, or why the hit may not be sent: then nothing is confirmed.
        """
        async with turn_of(self._node):
            found = await self._find(match_id, principal)
            if _is_same_key(found, wish, principal):
                return Decided(_replayed(found, wish), is_replayed=True)
            check(found)
            _check_open(found, MatchState.FOUND, MatchState.DISMISSED)
            hit = (
                await self._tell(found, wish, principal) if wish.is_told and _is_of_peer(found) else None
            )
            return await self._put(
                replace(found, state=MatchState.CONFIRMED, hit=hit, reason=None, asked=wish.asked),
                principal,
            )

    async def dismiss(
        self, match_id: str, reason: Dismissal, principal: Principal | None, check: Check
    ) -> Decided:
        """Dismiss a match; nobody outside is told.

        Raises:
            CallerError: `match.unknown`, `match.decided`, or what `check` raises.
        """
        async with turn_of(self._node):
            found = await self._find(match_id, principal)
            check(found)
            _check_open(found, MatchState.FOUND)
            return await self._put(
                replace(found, state=MatchState.DISMISSED, reason=reason.value), principal
            )

    async def _put(self, decided: Match, principal: Principal | None) -> Decided:
        by = principal.system.id if principal else OWNER
        match = replace(decided, decided_at=self._node.clock(), decided_by=by)
        step = decision(self._node, match)
        await self._node.committer.commit(Batch([step], records=[PutMatch(match)]))
        return Decided(match)

    async def _find(self, match_id: str, principal: Principal | None) -> Match:
        system = principal.system if principal else None
        found = await self._node.in_worker(self._matches.get, match_id, system=system)
        if found is None:
            raise unknown_match()
        return found

    async def _tell(self, match: Match, wish: Wish, principal: Principal | None) -> str:
        """Send the hit, once; gives its message id."""
        sent = await self._node.in_worker(self._sent_before, match)
        if sent is not None:
            return sent
        raw = await self._node.in_worker(self._hit, match, wish)
        if principal is None:
            return (await self._submitter.submit(Submission(raw))).id
        principal.require(Scope.DOCUMENTS_SEND)
        return await self._submit_for(principal.system, match, wish, raw)

    async def _submit_for(self, system: System, match: Match, wish: Wish, raw: bytes) -> str:
        """Submit the hit under a key of its own: a refusal is kept with the key that it was asked with.

        What is asked for is the hit of this match, at whatever moment.
        """
        asked = wish.asked or b""
        done = await submit_for(
            self._submitter,
            system,
            "rest",
            f"match/{match.id}/{b64u(asked[:_DIGEST_BYTES])}",
            raw,
            digest=hashlib.sha256(match.id.encode() + asked).digest(),
        )
        return done.id

    def _sent_before(self, match: Match) -> str | None:
        key = ("hit/1", match.hit_reference, 1)
        found = self._node.outbox.same_reference([key]).get(key)
        return found[0] if found else None

    def _hit(self, match: Match, wish: Wish) -> bytes:
        alert, notice = self._document(match.wanted), self._document(match.notice)
        if not isinstance(alert, Alert) or not isinstance(notice, PreArrivalNotice):
            raise TypeError("a match is of an alert and a notice")
        confirmation = Confirmation(
            authority=self._node.authority,
            unit=wish.unit,
            reference=match.hit_reference,
            confirmed_at=_utc(self._node.clock()),
            found_at=_utc(match.found_at),
        )
        members = hit_members(match.found, alert, notice, confirmation)
        if wish.office is not None:
            members["office"] = wish.office
        return orjson.dumps(members)

    def _document(self, key: Key) -> Document:
        originator, message_id = key
        is_ours = originator == OURS
        row = self._records.sent(message_id) if is_ours else self._records.received(*key)
        document = reread_document(row["document"], row["type"])
        return document.document if isinstance(document, Amendment) else document


def unknown_match() -> CallerError:
    """Make the error for a match that is not there, or not for whoever asks."""
    return CallerError("match.unknown", "there is no such match", hint="GET /api/v1/matches lists them")


def read_reason(name: str) -> Dismissal:
    """Give the reason of a name.

    Raises:
        CallerError: `match.reason`.
    """
    try:
        return Dismissal(name)
    except ValueError:
        raise CallerError(
            "match.reason",
            "a match is not dismissed for such a reason",
            hint=f"one of {', '.join(DISMISSALS)}",
            pointer="/reason",
        ) from None


def _is_same_key(found: Match, wish: Wish, principal: Principal | None) -> bool:
    """Say whether a match was confirmed by this system under this key."""
    if found.state is not MatchState.CONFIRMED or not found.asked or not wish.asked or not principal:
        return False
    is_theirs = found.decided_by == principal.system.id
    return is_theirs and found.asked[:_DIGEST_BYTES] == wish.asked[:_DIGEST_BYTES]


def _replayed(found: Match, wish: Wish) -> Match:
    if found.asked != wish.asked:
        raise CallerError(
            "idempotency.mismatch",
            "something else was asked for under this key before",
            hint="take a new key for each new request, and the same one only to repeat it",
        )
    return found


def _check_open(found: Match, *states: MatchState) -> None:
    if found.state not in states:
        raise CallerError(
            "match.decided",
            f"this match was {found.state} before",
            hint="a dismissed match can still be confirmed; nothing else is decided twice",
        )
    if not found.is_current:
        raise CallerError(
            "match.ended",
            "as they are held now, the two no longer agree, or one of them was recalled",
            hint="if they agree in another way, there is a newer match of the same two",
        )


def _is_of_peer(match: Match) -> bool:
    return match.wanted_name.side is Side.ALERT and match.wanted[0] != OURS


def _utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)
