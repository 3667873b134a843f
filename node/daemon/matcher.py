"""The matcher: follows our own log, and matches every alert and notice that was sealed or accepted.

Responsible for what each document means for matching, in the order of the log, and for ending what is
looked for no longer. Must not compare (`matching`), nor work out what changes (`match_round`).

If we crash, the same entries are taken again, and nothing of them was written: nothing is found twice.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from node.conversation.facts import Ref, milliseconds
from node.daemon.follower import Follower
from node.daemon.match_round import Came, Round, read_side, turn_of
from node.daemon.node import Node
from node.daemon.supervisor import Supervisor
from node.matching.decision import Withdrawal
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.concern import OURS
from node.message.document import Document, reread_document
from node.message.notice import PreArrivalNotice
from node.message.recall import Recall
from node.national.event import Key
from node.national.system import OWNER
from node.store.happenings import Happening
from node.store.journal import Batch
from node.store.match_index import EndIndexed, Indexed, Name, Side, Standing
from node.store.matches import Matches
from node.store.particulars import Particulars

NOTICE_KEPT_MS: Final = 90 * 86_400_000
"""How long a notice is looked through after it has lapsed: cargo is asked about after it has come."""

AT_ONCE: Final = 32
"""Entries of the log in one commit: each may write a hundred rows, and others wait for the writer."""

_END_EVERY_SECONDS: Final = 3600
_NEWEST: Final = 99_999
_SIDES: Final = {"alert": Side.ALERT, "pre-arrival-notice": Side.NOTICE}
_BRINGING: Final = frozenset({*_SIDES, "amendment", "recall"})
_HIT: Final = "hit"


async def match(supervisor: Supervisor) -> None:
    """Match what a running node seals and accepts, until cancelled."""
    await Matcher(supervisor.node).run()


class Matcher:
    """Matches; only it and the desks write what matching rests on, one at a time."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._own = node.authority
        self._matches = Matches(node.database)
        self._particulars = Particulars(node.database)
        self._turn = turn_of(node)
        self._follower = Follower(node, "matches", self._take, at_once=AT_ONCE, turn=self._turn)

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follower.run())
            tasks.create_task(self._end_in_time())

    async def catch_up(self) -> None:
        """Match everything that our log holds by now."""
        await self._follower.catch_up()

    async def end(self) -> None:
        """Look no longer for what has lapsed."""
        async with self._turn:
            await self._node.committer.commit(Batch(records=[EndIndexed(self._node.clock())]))

    async def _end_in_time(self) -> None:
        while True:
            await self.end()
            await asyncio.sleep(_END_EVERY_SECONDS)

    def _take(self, happened: Sequence[Happening]) -> Batch:
        round_ = Round(self._node)
        for each in happened:
            name = each.ref.name if each.ref and each.manifest and each.document else None
            if name in _BRINGING:
                came = self._came(each)
                if came is not None:
                    round_.take(came)
            elif name == _HIT:
                self._settle(round_, each)
        batch = round_.batch()
        if batch.transitions:
            structlog.get_logger().info("matches.changed", entries=len(batch.transitions))
        return batch

    def _came(self, each: Happening) -> Came | None:
        """Say what a document means for matching; None if nothing."""
        manifest, raw = each.manifest, each.document
        if manifest is None or raw is None:
            return None
        members = manifest.members
        originator = OURS if members["from"] == self._own else members["from"]
        document = reread_document(raw, members["type"])
        key = (originator, members["id"])
        if isinstance(document, Recall):
            return self._recalled(document, key)
        return came_of(document, key)

    def _recalled(self, recall: Recall, key: Key) -> Came | None:
        named = recall.recalls
        ref, version = Ref(named.type, named.authority, named.reference), named.version
        standing = Standing.RECALLED
        if ref.name == "amendment":  # what it brought is used no longer; what comes later may be
            amendment = self._node.holdings.held(ref, _NEWEST)
            if not isinstance(amendment, Amendment):
                return None
            ref = Ref(amendment.amends.type, ref.authority, amendment.amends.reference)
            version, standing = amendment.document.version, Standing.ENDED
        if ref.name not in _SIDES:
            return None
        indexed = Indexed(
            name=Name(_SIDES[ref.name], ref.authority, ref.reference),
            version=version,
            originator=key[0],
            id=key[1],
            type=recall.type,
            is_test=recall.test,
            until=0,
            standing=standing,
        )
        return Came(indexed, None, Withdrawal.RECALLED)

    def _settle(self, round_: Round, each: Happening) -> None:
        """Record a confirmation whose hit was sealed, where the node stopped in between."""
        if each.manifest is None or each.ref is None or each.manifest.members["from"] != self._own:
            return
        found = self._matches.of_hit(each.ref.reference)
        if found is not None:
            message_id = each.manifest.members["id"]
            by = self._particulars.submitted_by(each.index, message_id) or OWNER
            round_.confirm(found, hit=message_id, by=by)


def came_of(document: Document, key: Key) -> Came | None:
    """Say what an alert, a notice or an amendment means for matching; of others None."""
    content = document.document if isinstance(document, Amendment) else document
    if not isinstance(content, Alert | PreArrivalNotice):
        return None
    is_alert = isinstance(content, Alert)
    side = Side.ALERT if is_alert else Side.NOTICE
    indexed = Indexed(
        name=Name(side, content.originator.authority, content.reference),
        version=content.version,
        originator=key[0],
        id=key[1],
        type=document.type,
        is_test=content.test,
        until=milliseconds(content.valid_until) + (0 if is_alert else NOTICE_KEPT_MS),
        standing=Standing.IN_FORCE,
    )
    looked = read_side(document, side)
    return Came(indexed, looked, Withdrawal.CANCELLED if looked.is_off else Withdrawal.AMENDED)
