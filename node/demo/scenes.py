"""The scenes of the demo in which somebody attacks, each ending with what the victim recorded.

Responsible for playing an attack and reading its outcome from the victim's log. Must not decide what
is right: the expected code stands beside what was found.
"""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from node.audit.checkpoint import LogSigner
from node.audit.event import Entry, Kind, read_entry, write_entry
from node.daemon.node import load_agreements, load_directory, wall_clock
from node.demo.attacks import HandMadeLog, Tap, flip_one_bit, hand_made_message, publish_as
from node.demo.corridor import hand_over
from node.demo.hosts import STAGEHAND
from node.demo.stage import Stage
from node.errors import OperatorError, Refusal
from node.store.database import Database
from node.store.record import Records

VICTIM, ROBBED, STRANGER = "UZ-CC", "AZ-SCC", "KZ-SRC"
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One attack and what became of it."""

    name: str
    outcome: str
    code: str
    held: bool


class Step(Protocol):
    """Where a scene says how it went."""

    says: str


def play_attacks(stage: Stage, step: Callable[[str], AbstractContextManager[Step]]) -> list[Scene]:
    """Play every attack against the victim."""
    scenes = []
    for play in (_forged, _unagreed, _replayed, _tampered):
        with step("attack") as line:
            scene = asyncio.run(play(stage))
            line.says = f"{scene.name}: {scene.outcome}"
        scenes.append(scene)
    return scenes


async def _forged(stage: Stage) -> Scene:
    """Somebody with the robbed authority's broker account signs with keys of their own."""
    world = _World(stage)
    robbed = world.directory.member(ROBBED)
    signer = LogSigner(robbed.log.origin, os.urandom(32), os.urandom(32))
    log = HandMadeLog(signer)
    body = world.message_bundle(log, ROBBED, "Forged", agreement=world.agreement(ROBBED))
    before = world.size()
    await publish_as(stage.hosts.account(VICTIM, f"{ROBBED}.{VICTIM}".lower()), ROBBED, body, "urgent")
    found = await world.next_entry(before, Kind.BUNDLE_REFUSED)
    return _refused("forged with other keys", found, Refusal.CHECKPOINT_BAD_SIGNATURE)


async def _unagreed(stage: Stage) -> Scene:
    """A member of the directory, with its own real keys, sends without an agreement."""
    world = _World(stage)
    keys = stage.keys(STRANGER)
    records = Records(Database.open(stage.home(STRANGER) / "data" / "node.db"))
    log = HandMadeLog(keys.log, [raw for _, raw in records.entries()])
    body = world.message_bundle(log, STRANGER, "Unagreed", agreement=world.agreement(ROBBED))
    before = world.size()
    account = stage.hosts.account(VICTIM, f"{STRANGER}.{VICTIM}".lower())
    await publish_as(account, STRANGER, body, "urgent")
    found = await world.next_entry(before, Kind.MESSAGE_RECEIVED)
    return _refused("member without agreement", found, Refusal.AGREEMENT_UNKNOWN)


async def _replayed(stage: Stage) -> Scene:
    """Somebody at the broker copies a bundle and puts the copy into the queue again."""
    world = _World(stage)
    tap = Tap(stage.hosts.account(VICTIM, STAGEHAND), ROBBED)
    await tap.open("routine")
    before = world.size()
    world.send_one("Replayed")
    copy = await tap.take()
    first = await world.next_entry(before, Kind.MESSAGE_RECEIVED)
    accepted, before = world.accepted(), world.size()
    await tap.put(copy, "routine")
    found = await world.next_entry(before, Kind.MESSAGE_DUPLICATE)
    once = world.accepted() == accepted and found.members["re"] == first.members["re"]
    outcome = "recognised, first receipt sent again, processed once" if once else "processed twice"
    return Scene("replayed at the broker", outcome, Kind.MESSAGE_DUPLICATE, held=once)


async def _tampered(stage: Stage) -> Scene:
    """Somebody at the broker changes one bit of a bundle on its way."""
    world = _World(stage)
    tap = Tap(stage.hosts.account(VICTIM, STAGEHAND), ROBBED)
    await tap.empty()
    await tap.withhold("routine")
    before = world.size()
    world.send_one("Tampered")
    stolen = await tap.take()
    await tap.let_pass("routine")
    await tap.put(flip_one_bit(stolen), "routine")
    found = await world.next_entry(before, Kind.BUNDLE_REFUSED)
    scene = _refused("one bit changed at the broker", found, Refusal.BUNDLE_UNREADABLE)
    again = await world.next_entry(before, Kind.MESSAGE_RECEIVED)
    held = scene.held and again.members["status"] == "accepted"
    outcome = f"{scene.outcome}; sent again by itself and {again.members['status']}"
    return Scene(scene.name, outcome, scene.code, held)


def _refused(name: str, found: Entry, expected: Refusal) -> Scene:
    code = str(found.members.get("code", "accepted"))
    return Scene(name, f"refused, {code}", code, held=code == expected)


class _World:
    """The victim's side of a scene."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._settings = stage.settings(VICTIM)
        self.directory = load_directory(self._settings)
        self._records = Records(Database.open(self._settings.data / "node.db"))

    def agreement(self, party: str) -> str:
        """Give the digest of the victim's agreement with a party."""
        agreements = load_agreements(self._settings).values()
        return next(one.digest for one in agreements if party in one.parties)

    def message_bundle(self, log: HandMadeLog, originator: str, title: str, *, agreement: str) -> bytes:
        """Make a bundle with one message that no node would have sent."""
        now = wall_clock()
        key = self.directory.member(VICTIM).sealing_key(now)
        if not log.entries:
            opened = write_entry(Kind.LOG_OPENED, at=now, log=log.signer.origin, authority=originator)
            log.entries.append(opened.raw)
        manifest, jwe = hand_made_message(
            self._document(title, originator),
            originator=originator,
            log=log.signer.origin,
            recipient=VICTIM,
            key=key,
            agreement=agreement,
            now=now,
        )
        log.entries.append(manifest)
        return log.bundle([len(log.entries) - 1], [jwe], receiver=VICTIM, key=key, now=now)

    def send_one(self, title: str) -> None:
        """Let the robbed authority send one more notice, properly."""
        path = self._stage.home(ROBBED) / f"{title.lower()}.json"
        path.write_bytes(self._document(title, ROBBED))
        result = self._stage.command(ROBBED, "send", str(path))
        if result.returncode != 0:
            raise OperatorError("demo.send", result.stderr[:400], hint="this must not happen")

    def size(self) -> int:
        """Give the size of the victim's log."""
        return sum(1 for _ in self._records.entries())

    def accepted(self) -> int:
        """Count the messages the victim has accepted."""
        return self._records.counts().get("in.accepted", 0)

    async def next_entry(self, before: int, kind: Kind) -> Entry:
        """Wait for the victim to record something of a kind."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for _, raw in self._records.entries(first=before):
                entry = read_entry(raw)
                if entry.kind is kind:
                    return entry
            await asyncio.sleep(0.05)  # watching from outside, as an auditor would
        raise OperatorError("demo.silent", f"{VICTIM} recorded no {kind}", hint="see its node.log")

    def _document(self, title: str, originator: str) -> bytes:
        """Take a notice of the robbed authority and make it the originator's, for the victim alone."""
        folder = self._stage.folder / "attack"
        notices = hand_over(ROBBED, folder, now=wall_clock())[1].read_bytes().splitlines()
        document: dict[str, Any] = orjson.loads(notices[0])
        document["reference"] = f"{originator[:2]}-{title.upper()}-1"
        document["recipients"] = [VICTIM]
        document["originator"] = {**document["originator"], "authority": originator}
        document["originator"]["country"] = originator[:2]
        return orjson.dumps(document)
