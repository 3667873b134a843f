import asyncio
import os

import orjson
import pytest
from aio_pika.exceptions import QueueEmpty

from node.audit.checkpoint import LogSigner
from node.audit.event import Kind, read_entry, write_entry
from node.audit.witness import Watched
from node.broker.connection import open_channel
from node.broker.topology import queue_of
from node.daemon.node import load_agreements, load_directory, wall_clock
from node.demo.attacks import HandMadeLog, Tap, flip_one_bit, hand_made_message, publish_as
from node.demo.hosts import STAGEHAND
from node.errors import PeerError, Refusal
from node.store.database import Database
from node.store.record import Records
from node.transfer.arrival import unpack
from node.transfer.incoming import accept
from node.transfer.lifecycle import State
from tests.daemon.pair import documents

VICTIM, ROBBED, STRANGER = "UZ-CC", "AZ-SCC", "KZ-SRC"


def entries_of(stage, authority):
    database = Database.open(stage.home(authority) / "data" / "node.db")
    try:
        return [raw for _, raw in Records(database).entries()]
    finally:
        database.close()


@pytest.fixture
def victim(exchanged):
    node = exchanged.node(VICTIM)
    yield node.receiver()
    node.close()


@pytest.fixture
def message(exchanged):
    """Make a message for the victim that no policy was asked about."""
    settings = exchanged.settings(VICTIM)
    key = load_directory(settings).member(VICTIM).sealing_key(wall_clock())
    digests = {tuple(one.parties): one.digest for one in load_agreements(settings).values()}

    def make(originator, log, **changes):
        document = documents(exchanged, ROBBED, 1, recipients=[VICTIM])[0]
        value = orjson.loads(document)
        value["originator"].update(authority=originator, country=originator[:2])
        made = hand_made_message(
            orjson.dumps(value),
            originator=originator,
            log=log,
            recipient=VICTIM,
            key=key,
            agreement=digests[ROBBED, VICTIM],
            now=wall_clock(),
            **changes,
        )
        return key, *made

    return make


def delivered(log, key, jwe):
    return log.bundle([len(log.entries) - 1], [jwe], receiver=VICTIM, key=key, now=wall_clock())


def nothing_seen(_origin):
    return Watched(0, {})


def verdict(arrival, victim):
    (proved,) = arrival.items
    return accept(proved, arrival=arrival, earlier=None, receiver=victim, now=wall_clock())


def test_hand_made_bundle_with_the_real_keys_and_agreement_is_accepted(exchanged, victim, message):
    log = HandMadeLog(exchanged.keys(ROBBED).log, entries_of(exchanged, ROBBED))
    key, manifest, jwe = message(ROBBED, log.signer.origin)
    log.entries.append(manifest)
    arrival = unpack(delivered(log, key, jwe), queue_of=ROBBED, receiver=victim, watched=nothing_seen)
    assert verdict(arrival, victim).after is State.ACCEPTED


def test_hand_made_bundle_with_other_keys_is_refused_as_a_whole(exchanged, victim, message):
    origin = exchanged.settings(ROBBED).origin
    log = HandMadeLog(LogSigner(origin, os.urandom(32), os.urandom(32)))
    opened = write_entry(Kind.LOG_OPENED, at=wall_clock(), log=origin, authority=ROBBED)
    key, manifest, jwe = message(ROBBED, origin)
    log.entries += [opened.raw, manifest]
    with pytest.raises(PeerError) as refused:
        unpack(delivered(log, key, jwe), queue_of=ROBBED, receiver=victim, watched=nothing_seen)
    assert refused.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


def test_hand_made_bundle_by_a_stolen_account_is_refused_as_a_whole(exchanged, victim, message):
    log = HandMadeLog(exchanged.keys(STRANGER).log, entries_of(exchanged, STRANGER))
    key, manifest, jwe = message(STRANGER, log.signer.origin)
    log.entries.append(manifest)
    with pytest.raises(PeerError) as refused:
        unpack(delivered(log, key, jwe), queue_of=ROBBED, receiver=victim, watched=nothing_seen)
    assert refused.value.refusal is Refusal.SENDER_MISMATCH


def test_hand_made_message_of_a_member_without_agreement_is_refused(exchanged, victim, message):
    log = HandMadeLog(exchanged.keys(STRANGER).log, entries_of(exchanged, STRANGER))
    key, manifest, jwe = message(STRANGER, log.signer.origin)
    log.entries.append(manifest)
    arrival = unpack(delivered(log, key, jwe), queue_of=STRANGER, receiver=victim, watched=nothing_seen)
    step = verdict(arrival, victim)
    assert step.after is State.REFUSED
    assert step.entry.members["code"] in {Refusal.AGREEMENT_DENIED, Refusal.AGREEMENT_UNKNOWN}


def test_hand_made_message_already_expired_is_refused(exchanged, victim, message):
    log = HandMadeLog(exchanged.keys(ROBBED).log, entries_of(exchanged, ROBBED))
    key, manifest, jwe = message(ROBBED, log.signer.origin, expires=wall_clock() - 1)
    assert read_entry(manifest).kind is Kind.MESSAGE_SEALED
    log.entries.append(manifest)
    arrival = unpack(delivered(log, key, jwe), queue_of=ROBBED, receiver=victim, watched=nothing_seen)
    step = verdict(arrival, victim)
    assert step.entry.members["code"] in {Refusal.MESSAGE_EXPIRED, Refusal.MESSAGE_LIFETIME}


def test_flip_one_bit_changes_exactly_one_and_twice_none():
    for raw in (b"\x00", b"ab", bytes(range(256)) * 5):
        flipped = flip_one_bit(raw)
        bits = [(a ^ b).bit_count() for a, b in zip(raw, flipped, strict=True)]
        assert sum(bits) == 1
        assert flip_one_bit(flipped) == raw


def test_flip_one_bit_of_a_bundle_makes_it_unreadable(exchanged, victim, message):
    log = HandMadeLog(exchanged.keys(ROBBED).log, entries_of(exchanged, ROBBED))
    key, manifest, jwe = message(ROBBED, log.signer.origin)
    log.entries.append(manifest)
    raw = flip_one_bit(delivered(log, key, jwe))
    with pytest.raises(PeerError) as refused:
        unpack(raw, queue_of=ROBBED, receiver=victim, watched=nothing_seen)
    assert refused.value.refusal is Refusal.BUNDLE_UNREADABLE


# --- the thief's hand at a real broker -----------------------------------------------------------


@pytest.fixture
def host(make_stage):
    """The victim's virtual host on a stage, whose nodes do not run."""
    return make_stage(ROBBED, VICTIM).hosts


async def queued(host, priority):
    """Take everything that waits in the victim's queue from the robbed authority."""
    account, found = host.account(VICTIM, STAGEHAND), []
    async with open_channel(account, name="test") as channel:
        name = queue_of(ROBBED, priority, prefix=account.prefix)
        queue = await channel.declare_queue(name, passive=True)
        try:
            while True:
                message = await queue.get(timeout=5)
                await message.ack()
                found.append(message.body)
        except QueueEmpty:
            return found


@pytest.mark.broker
async def test_tap_opened_copies_what_passes_and_lets_it_pass(host):
    account = host.account(VICTIM, STAGEHAND)
    tap = Tap(account, ROBBED)
    await tap.open("routine")
    await publish_as(account, ROBBED, b"one", "routine")
    await publish_as(account, ROBBED, b"two", "urgent")
    assert await tap.take() == b"one"
    assert (await queued(host, "routine"), await queued(host, "urgent")) == ([b"one"], [b"two"])
    with pytest.raises(TimeoutError):
        await tap.take(seconds=0.05)


@pytest.mark.broker
async def test_tap_withholding_keeps_bundles_from_their_queue_until_it_lets_pass(host):
    account = host.account(VICTIM, STAGEHAND)
    tap = Tap(account, ROBBED)
    await tap.open("routine")
    await tap.withhold("routine")
    await publish_as(account, ROBBED, b"held", "routine")
    assert await queued(host, "routine") == []
    await tap.let_pass("routine")
    await publish_as(account, ROBBED, b"free", "routine")
    assert await queued(host, "routine") == [b"free"]
    assert [await tap.take(), await tap.take()] == [b"held", b"free"]


@pytest.mark.broker
async def test_tap_put_and_empty_act_past_the_exchange(host):
    account = host.account(VICTIM, STAGEHAND)
    tap = Tap(account, ROBBED)
    await tap.open("routine")
    await publish_as(account, ROBBED, b"copied", "routine")
    await tap.empty()
    await tap.put(b"other bytes", "routine")
    assert await queued(host, "routine") == [b"copied", b"other bytes"]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(tap.take(seconds=5), 0.05)
