"""The registrar: follows our own log and keeps the register of conversations.

Responsible for entering each message once, in the order of the log, and for telling what came of it
and what is overdue. Its place in the log is written with its pages: after a crash it goes on where
it stopped. Must not decide anything about a conversation (`conversation` does).
"""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import structlog

from node.audit.event import Entry, Kind
from node.conversation.book import Book, Place
from node.conversation.course import Act, Outcome
from node.conversation.deadlines import ESCALATED, OVERDUE, REMINDED
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken, facts_of, full_id
from node.conversation.page import Mark, Page, Verdict
from node.conversation.tables import State, leads
from node.daemon.node import Node
from node.limits import MAX_CLOCK_SKEW_MS
from node.message.answer import Answer, Answered
from node.message.document import reread_document
from node.message.header import Header, Related, Source
from node.store.happenings import Happening, Happenings
from node.store.journal import Batch
from node.store.register import Entries, Register
from node.transfer.lifecycle import Transition
from node.trust.agreement import Deadlines

_AT_ONCE: Final = 1024  # entries of the log in one commit
_MARKS_AT_ONCE: Final = 100
_GATHER_SECONDS: Final = 0.2  # a message and its receipt are then most often written in one go
_GATHER_BUSY_SECONDS: Final = 1.0  # a busy node's receipts take longer
_BUSY: Final = 64  # entries of the log that wait

_TOLD: Final = {
    REMINDED: Kind.DEADLINE_REMINDED,
    OVERDUE: Kind.DEADLINE_OVERDUE,
    ESCALATED: Kind.DEADLINE_ESCALATED,
}


class Registrar:
    """Keeps the register; the only one that writes it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._register = Register(node.authority, node.database)
        self._happenings = Happenings(node.database)
        self._size = self._register.size()
        self._wake = asyncio.Event()
        self._wake.set()
        self._is_asked = False
        self._mentions: list[tuple[str, Ref]] = []
        node.on_commit(self._committed)

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            if self._node.tree.size - self._size > _BUSY:
                await asyncio.sleep(_GATHER_BUSY_SECONDS)
            self._wake.clear()
            await self.catch_up()
            if self._is_asked:
                self._is_asked = False
                await self.look_at_deadlines()

    def ask_for_deadlines(self) -> None:
        """Have the deadlines looked at soon; the timekeeper asks once a second."""
        self._is_asked = True
        self._wake.set()

    async def catch_up(self) -> None:
        """Enter everything that our log holds by now."""
        while self._size < self._node.tree.size:
            end = min(self._size + _AT_ONCE, self._node.tree.size)
            batch = await self._node.in_worker(self._enter, self._size, end)
            if batch is not None:
                await self._node.committer.commit(batch)
            self._size = end

    async def look_at_deadlines(self) -> None:
        """Tell of the deadlines whose marks have passed."""
        seen: set[Place] = set()
        while True:
            batch = await self._node.in_worker(self._pass_marks, seen)
            if batch is None:
                return
            await self._node.committer.commit(batch)

    def _committed(self, batch: Batch) -> None:
        if batch.transitions:
            self._wake.set()

    def _enter(self, start: int, end: int) -> Batch | None:
        happened = self._happenings.between(start, end)
        if not happened:  # nothing to write: after a crash these entries are only looked at again
            return None
        self._register.fetch(self._places(happened))
        book = Book(self._node.authority, self._register)
        self._mentions = []
        for each in happened:
            self._take(book, each)
        for peer, lead in book.full:
            structlog.get_logger().warning("conversation.full", peer=peer, lead=lead.name)
        return self._written(book, end)

    def _places(self, happened: Iterable[Happening]) -> Iterator[Place]:
        """Give the pages that will be asked for, as far as they are known beforehand."""
        named = set()
        for each in happened:
            members = each.entry.members
            if each.ref is None:
                named.add(full_id(members.get("from", self._node.authority), members["re"]))
            elif leads(each.ref.name):
                peers = [row["id"] for row in members["to"]] if "to" in members else [members["from"]]
                yield from ((peer, each.ref) for peer in peers)
        yield from self._register.locate(sorted(named))

    def _take(self, book: Book, each: Happening) -> None:
        members, at = each.entry.members, _believable(each)
        ours = partial(full_id, self._node.authority)
        match each.entry.kind:
            case Kind.MESSAGE_SEALED:
                for row in members["to"]:
                    self._enter_message(book, row["id"], each, None)
            case Kind.MESSAGE_RECEIVED:
                self._enter_message(book, members["from"], each, each.entry.at)
            case Kind.MESSAGE_RECEIPTED if members["status"] == "accepted":
                book.deliver(members["by"], ours(members["re"]), at)
            case Kind.MESSAGE_RECEIPTED:
                act = Act(Event.RETURNED, at)
                book.give_up(members["by"], ours(members["re"]), act)
            case Kind.MESSAGE_EXPIRED:
                book.give_up(members["to"], ours(members["re"]), Act(Event.RETURNED, at))
            case Kind.MESSAGE_READ:
                theirs = full_id(members["from"], members["re"])
                book.act(members["from"], theirs, Act(Event.READ, at))
            case Kind.MESSAGE_ASSIGNED:
                theirs = full_id(members["from"], members["re"])
                book.act(members["from"], theirs, Act(Event.ASSIGNED, at))
            case Kind.READ_RECEIPTED:
                book.act(members["by"], ours(members["re"]), Act(Event.READ, at))
            case _:
                pass

    def _enter_message(self, book: Book, peer: str, each: Happening, delivered_at: int | None) -> None:
        manifest, document = each.manifest, each.document
        if manifest is None or document is None:
            return
        read = reread_document(document, manifest.members["type"])
        said = facts_of(
            read,
            message_id=manifest.members["id"],
            digest=hashlib.sha256(document).hexdigest(),
            at=manifest.at,
        )
        agreed = {"agreement": _agreement(manifest, peer, self._node.authority)}
        said = replace(
            said,
            coded={**said.coded, **agreed},
            log=manifest.log,
            index=each.index,
            delivered_at=delivered_at,
        )
        self._mentions += _mentions(said, read)
        book.enter(peer, said)

    def _pass_marks(self, seen: set[Place]) -> Batch | None:
        """Turn the pages whose time has come, each once; more than once would be for ever."""
        marked = self._register.marked(self._node.clock(), limit=_MARKS_AT_ONCE + len(seen))
        places = [place for place in marked if place not in seen]
        if not places:
            return None
        seen.update(places)
        self._register.fetch(places)
        book = Book(self._node.authority, self._register)
        for place in places:
            book.look_at(place)
        self._mentions = []
        return self._written(book, self._size)

    def _written(self, book: Book, size: int) -> Batch:
        now = self._node.clock()
        steps: list[Transition] = []
        for page in book.touched.values():
            verdicts, marks = page.turn(self._terms(page), now=now)
            steps += self._advances(page, verdicts)
            steps += (self._mark(page, mark) for mark in marks)
        pages = list(book.touched.values())
        entries = Entries(pages, sorted(book.emptied), self._mentions, size, now)
        return Batch(steps, register=entries)

    def _terms(self, page: Page) -> Deadlines:
        """Give the deadlines of the agreement that the leading document relies on."""
        brings = [each for each in page.said.values() if page.lead in _brought(each)]
        newest = max(brings, key=lambda each: (each.at, each.id), default=None)
        agreement = self._node.agreements.get(newest.coded["agreement"]) if newest else None
        return agreement.deadlines if agreement else Deadlines()

    def _advances(self, page: Page, verdicts: Iterable[Verdict]) -> Iterator[Transition]:
        lead = next((said for said in page.said.values() if said.what.ref == page.lead), None)
        if lead is not None and page.has_lapsed:
            yield self._advance(page, lead, lead, State.LAPSED.value)
        for verdict in verdicts:
            if verdict.outcome is Outcome.LED:
                continue  # the entry of the message itself says so
            yield self._advance(page, verdict.said, lead, verdict.outcome.value)

    def _advance(self, page: Page, said: Spoken, lead: Spoken | None, outcome: str) -> Transition:
        return self._node.event(
            Kind.CONVERSATION_ADVANCED,
            re=said.message_id,
            from_=said.author,
            peer=page.peer,
            lead=lead and lead.message_id,
            outcome=outcome,
            state=page.agreed and page.agreed.value,
        )

    def _mark(self, page: Page, mark: Mark) -> Transition:
        owed, kind = mark.deadline, _TOLD[mark.percent]
        _warn(mark, page.peer)
        return self._node.event(
            kind, re=_message_id(owed.re), peer=page.peer, by=owed.by, name=owed.name, due=owed.due
        )


def _message_id(full: str) -> str:
    return full.rpartition("/")[2]


def _brought(said: Spoken) -> tuple[Ref, ...]:
    """Give the documents of which a message brings a version."""
    return tuple(version.ref for version in (said.what, said.carries) if version is not None)


def _believable(each: Happening) -> int:
    """Give when something happened: by the peer's log, unless its clock runs ahead of what may be."""
    at = each.told_at
    return each.entry.at if at is None or at > each.entry.at + MAX_CLOCK_SKEW_MS else at


def _warn(mark: Mark, peer: str) -> None:
    owed = mark.deadline
    log = structlog.get_logger().bind(
        peer=peer, message_id=_message_id(owed.re), deadline=owed.name, by=owed.by
    )
    if mark.percent == REMINDED:
        log.warning("deadline.reminded")
    elif mark.percent == OVERDUE:
        log.warning("deadline.overdue")
    else:
        log.warning("deadline.escalated")


def _agreement(manifest: Entry, peer: str, own: str) -> str:
    """Name the agreement a manifest relies on towards us, or towards this peer of ours."""
    to = own if manifest.members["from"] == peer else peer
    digest: str = next(row["agreement"] for row in manifest.members["to"] if row["id"] == to)
    return digest


def _mentions(said: Spoken, document: Header) -> Iterator[tuple[str, Ref]]:
    """Give the documents that one names, itself first: what holds a case together."""
    named = [said.what.ref, *said.notices]
    named += [version.ref for version in (said.target, said.carries) if version is not None]
    others: list[Related | Source | Answered] = [*document.related, *document.sources]
    others += [document.answers] if isinstance(document, Answer) else []
    named += [Ref(each.type, each.authority, each.reference) for each in others]
    return ((said.id, ref) for ref in dict.fromkeys(named))
