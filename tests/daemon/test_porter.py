"""Files on their way to a peer: in what order, how far, and what happens when nothing comes back."""

import asyncio
import os

import pytest

from node.audit.event import Kind, read_entry
from node.daemon.checkup import check_node
from node.errors import OperatorError
from node.limits import ATTACHMENT_TERM_MS, CHUNK_BYTES, MAX_LIFETIME_MS
from node.store.record import Records
from node.transfer.retry import file_patience_ms
from tests.daemon.pair import Carrier, alert_with, carry, carry_files, documents, settle, sides, suspend

PEER = "UZ-CC"


def kinds(side) -> list[Kind]:
    return [read_entry(raw).kind for _, raw in Records(side.node.database).entries()]


def states(side, message_id) -> list[str]:
    return [row["state"] for row in side.node.transfers.of_sent(message_id)]


def received(side, message_id, number=1) -> bytes:
    return side.node.attachments.path_of_received(("AZ-SCC", message_id, number)).read_bytes()


def later(side, ms) -> None:
    """Let a side's clock be ahead."""
    before = side.node.clock
    side.node.clock = lambda: before() + ms


async def test_files_of_an_accepted_message_arrive_and_their_receipts_are_recorded(stage):
    contents = [os.urandom(size) for size in (1, CHUNK_BYTES, 2 * CHUNK_BYTES + 1)]
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, *contents))
        await settle(az, uz)
        carrier = await carry_files(az, uz)
        await settle(az, uz)

        assert [received(uz, sent.id, n) for n in (1, 2, 3)] == contents
        assert states(az, sent.id) == ["received"] * 3
        assert len(carrier.bodies) == 1 + 1 + 3
        assert kinds(uz).count(Kind.ATTACHMENT_RECEIVED) == 3
        assert kinds(az).count(Kind.ATTACHMENT_RECEIPTED) == 3


async def test_no_chunk_leaves_before_the_message_has_its_receipt(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        await az.submit(alert_with(stage, az, b"photo"))
        await carry(az, uz, "routine")  # its receipt is not carried back yet
        assert (await carry_files(az, uz)).bodies == []
        await settle(az, uz)
        assert len((await carry_files(az, uz)).bodies) == 1


async def test_message_without_files_is_followed_by_none(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=[PEER])[0])
        await settle(az, uz)
        assert (await carry_files(az, uz)).bodies == []


async def test_each_recipient_gets_the_files_of_one_message(stage):
    async with sides(stage, "AZ-SCC", PEER, "TM-SCS") as (az, uz, tm):
        both = alert_with(stage, az, b"photo", recipients=["TM-SCS", PEER])
        sent = await az.submit(both)
        await settle(az, uz, tm)
        await carry_files(az, uz)
        await settle(az, uz, tm)
        assert states(az, sent.id) == ["waiting", "received"]
        await carry_files(az, tm)
        await settle(az, uz, tm)
        assert received(tm, sent.id) == received(uz, sent.id) == b"photo"
        assert states(az, sent.id) == ["received", "received"]


async def test_file_interrupted_goes_on_where_it_stopped(stage):
    content = os.urandom(4 * CHUNK_BYTES)
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, content))
        await settle(az, uz)

        class Breaking(Carrier):
            async def publish(self, body, *, priority):
                if len(self.bodies) == 2:
                    raise ConnectionError
                await super().publish(body, priority=priority)

        porter = az.porter(PEER)
        with pytest.raises(ConnectionError):
            await porter._carry(Breaking(az, uz), await porter._next())
        await az.node.committer.tidy()  # as the timekeeper does once a second
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        carrier = await carry_files(az, uz)
        await settle(az, uz)

        assert len(carrier.bodies) == 2
        assert received(uz, sent.id) == content
        assert states(az, sent.id) == ["received"]


async def test_sender_that_forgot_how_far_it_was_sends_again_and_nothing_is_spoilt(stage):
    content = os.urandom(2 * CHUNK_BYTES)
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, content))
        await settle(az, uz)
        porter = az.porter(PEER)
        file = await porter._next()
        await porter._send(Carrier(az, uz), file, 0)  # and killed before that was written
        assert len((await carry_files(az, uz)).bodies) == 2
        await settle(az, uz)
        assert received(uz, sent.id) == content


async def test_lost_chunk_is_made_good_when_no_receipt_comes(stage):
    content = os.urandom(3 * CHUNK_BYTES)
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, content))
        await settle(az, uz)
        lost = []
        await carry_files(az, uz, lambda body: body if lost or lost.append(body) else None)
        await settle(az, uz)
        assert states(az, sent.id) == ["waiting"]
        assert (await carry_files(az, uz)).bodies == []

        later(az, file_patience_ms(0) + 1)
        assert len((await carry_files(az, uz)).bodies) == 3
        await settle(az, uz)
        assert received(uz, sent.id) == content
        assert states(az, sent.id) == ["received"]


async def test_lost_receipt_is_asked_for_by_sending_again(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        await carry_files(az, uz)
        lost = await uz.pack("AZ-SCC")
        uz.couriers["AZ-SCC"].went_out(lost)
        later(az, file_patience_ms(0) + 1)
        await carry_files(az, uz)
        await settle(az, uz)

        assert states(az, sent.id) == ["received"]
        assert kinds(uz).count(Kind.ATTACHMENT_RECEIVED) == 1


async def test_file_in_vain_waits_longer_each_time(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        for attempts in range(3):
            began = az.node.clock()
            await carry_files(az, uz, lambda _: None)
            row = az.node.transfers.of_sent(sent.id)[0]
            waits = row["again_at"] - began
            assert row["attempts"] == attempts
            assert file_patience_ms(attempts) <= waits < file_patience_ms(attempts) + 5_000
            later(az, waits)


async def test_file_changed_on_our_disk_is_not_sent(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        row = az.node.transfers.of_sent(sent.id)[0]
        path = az.node.attachments.path_of_sent(row["sha256"])
        path.write_bytes(b"PHOTO")
        assert (await carry_files(az, uz)).bodies == []
        path.write_bytes(b"photo")  # restored from the backup
        later(az, file_patience_ms(1) + 1)
        await carry_files(az, uz)
        assert received(uz, sent.id) == b"photo"


async def test_file_without_receipt_is_given_up_after_its_term(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        porter = az.porter(PEER)
        await porter._give_up()
        assert states(az, sent.id) == ["waiting"]
        later(az, MAX_LIFETIME_MS + ATTACHMENT_TERM_MS)
        await porter._give_up()

        assert states(az, sent.id) == ["abandoned"]
        assert kinds(az)[-1] is Kind.ATTACHMENT_ABANDONED
        assert (await carry_files(az, uz)).bodies == []


async def test_receipt_in_the_middle_stops_the_rest(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        sent = await az.submit(alert_with(stage, az, bytes(4 * CHUNK_BYTES)))
        await settle(az, uz)
        porter = az.porter(PEER)
        settings = uz.node.settings
        room = settings.attachments.model_copy(update={"room_mib": 0})
        uz.node.settings = settings.model_copy(update={"attachments": room})

        class Answering(Carrier):
            async def publish(self, body, *, priority):
                await super().publish(body, priority=priority)
                porter.settle(sent.id, 1)  # as the supervisor does when the receipt is durable

        carrier = Answering(az, uz)
        await porter._carry(carrier, await porter._next())
        await settle(az, uz)

        assert len(carrier.bodies) == 1
        row = az.node.transfers.of_sent(sent.id)[0]
        assert (row["state"], row["code"]) == ("refused", "attachment.no_room")


async def test_suspended_peer_gets_no_files(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        suspend(az, PEER)
        assert (await carry_files(az, uz)).bodies == []


async def test_peer_without_a_valid_key_gets_no_files(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        later(az, 400 * 86_400_000)  # no key of the peer is valid any more
        assert (await carry_files(az, uz)).bodies == []


async def test_chunk_gives_way_while_a_bundle_is_under_way_but_not_for_ever(stage):
    async with sides(stage, "AZ-SCC", PEER) as (az, _):
        relay = az.porter(PEER)._relay
        clock = asyncio.get_running_loop().time
        await relay.quiet(30)
        with relay._working():
            began = clock()
            await relay.quiet(0.05)
            assert clock() - began >= 0.04
        await relay.quiet(30)


@pytest.mark.parametrize(
    "change",
    ["path = zeroblob(32)", "entry = (SELECT raw FROM entry LIMIT 1)", "idx = idx + 1"],
)
async def test_checkup_notices_a_changed_receipt_for_a_file(stage, change):
    async with sides(stage, "AZ-SCC", PEER) as (az, uz):
        await az.submit(alert_with(stage, az, b"photo"))
        await settle(az, uz)
        await carry_files(az, uz)
        await settle(az, uz)
        await az.node.committer.flush()
        database, directory = az.node.database, az.node.directory
        assert check_node(database, directory, "AZ-SCC").files == 1
        with database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE file_receipt SET {change}")  # noqa: S608 - three words of ours
        with pytest.raises(OperatorError) as caught:
            check_node(database, directory, "AZ-SCC")
        assert caught.value.code == "log.broken"
