"""Chunks that arrive: crashes at every line, and whoever reaches the queue."""

import asyncio
import dataclasses
import os
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from node.audit.event import Kind, read_entry
from node.daemon.unloader import Unloader
from node.envelope.chunking import Chunk, FileKey, decode_chunk, encode_chunk, seal_chunk
from node.envelope.sealing import Context
from node.envelope.wire import open_bundle, seal_bundle
from node.errors import OperatorError
from node.limits import ATTACHMENT_TERM_MS, CHUNK_BYTES, MAX_LIFETIME_MS
from node.store.record import Records
from tests.daemon.pair import Carried, alert_with, carry_files, hand_chunk, settle, sides, suspend

MIB = 1_048_576
CONTENT = os.urandom(2 * CHUNK_BYTES + 77)


class World:
    """Two sides, a message with one file that was accepted, and the file's chunks."""

    def __init__(self, az, uz, message_id) -> None:
        self.az, self.uz, self.id = az, uz, message_id
        self.place = ("AZ-SCC", message_id, 1)
        self.key = az.node.transfers.next("UZ-CC", az.node.clock()).key
        self.chunks = self.cut(CONTENT)

    def cut(self, content) -> list[Chunk]:
        pieces = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
        last = len(pieces) - 1
        return [seal_chunk(self.key, p, index=i, is_last=i == last) for i, p in enumerate(pieces)]

    async def hand(self, *chunks, by=None):
        for chunk in chunks:
            key = self.uz.node.keyring.encryption[0].public
            body = seal_bundle(encode_chunk(chunk), receiver="UZ-CC", key=key)
            delivery = await hand_chunk(by or self.az, self.uz, body)
            assert delivery.is_acknowledged

    def kinds(self, side) -> list[Kind]:
        return [read_entry(raw).kind for _, raw in Records(side.node.database).entries()]

    @property
    def held(self) -> int:
        return self.uz.node.attachments.received_bytes(self.place)

    @property
    def ended(self) -> dict:
        row = self.uz.node.transfers.of_received("AZ-SCC", self.id).get(1)
        return row and (row["state"], row["code"])

    async def learned(self) -> tuple:
        """Say what the sender knows once the receipts have come."""
        await settle(self.az, self.uz)
        row = self.az.node.transfers.of_sent(self.id)[0]
        return row["state"], row["code"]


@asynccontextmanager
async def world(stage):
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        sent = await az.submit(alert_with(stage, az, CONTENT))
        await settle(az, uz)
        yield World(az, uz, sent.id)


# --- crashes ---------------------------------------------------------------------------------------


async def test_killed_after_appending_the_chunk_comes_again_and_is_forgotten(stage):
    async with world(stage) as w:
        first, second, last = w.chunks
        w.uz.node.attachments.append(w.place, CONTENT[:CHUNK_BYTES], start=0)
        await w.hand(first)
        assert w.held == CHUNK_BYTES
        await w.hand(second, last)
        assert w.ended == ("received", None)
        assert w.uz.node.attachments.path_of_received(w.place).read_bytes() == CONTENT


async def test_killed_after_appending_the_last_chunk_the_file_is_finished_when_it_comes_again(
    stage,
):
    async with world(stage) as w:
        for start in range(0, len(CONTENT), CHUNK_BYTES):
            w.uz.node.attachments.append(w.place, CONTENT[start : start + CHUNK_BYTES], start=start)
        await w.hand(w.chunks[1])
        assert w.ended is None
        await w.hand(w.chunks[2])
        assert w.ended == ("received", None)


async def test_killed_after_renaming_the_file_is_recorded_when_its_last_chunk_comes_again(stage):
    async with world(stage) as w:
        await w.hand(*w.chunks[:2])
        w.uz.node.attachments.append(w.place, CONTENT[2 * CHUNK_BYTES :], start=2 * CHUNK_BYTES)
        wanted = w.uz.node.transfers.accepted("AZ-SCC", w.id)
        assert wanted is not None
        row = w.az.node.transfers.of_sent(w.id)[0]
        assert w.uz.node.attachments.complete(w.place, row["sha256"])
        await w.hand(w.chunks[2])
        assert w.ended == ("received", None)
        assert await w.learned() == ("received", None)


async def test_torn_chunk_of_a_power_cut_is_written_again(stage):
    async with world(stage) as w:
        await w.hand(*w.chunks[:2])
        end = 2 * CHUNK_BYTES
        w.uz.node.attachments.append(w.place, bytes(len(CONTENT) - end), start=end)
        await w.hand(w.chunks[2])
        assert w.ended == ("received", None)


async def test_last_chunk_again_repeats_the_receipt_but_not_for_each(stage):
    async with world(stage) as w:
        await w.hand(*w.chunks)
        assert await w.learned() == ("received", None)
        before = w.uz.node.tree.size
        await w.hand(*w.chunks)
        assert await w.uz.pack("AZ-SCC") is not None  # the receipt goes again
        await w.hand(w.chunks[2], w.chunks[2])
        assert await w.uz.pack("AZ-SCC") is None
        assert w.uz.node.tree.size == before


async def test_restart_in_the_middle_goes_on_from_what_is_on_the_disk(stage):
    async with world(stage) as w:
        await w.hand(w.chunks[0])
        chunks = w.chunks
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        w.az, w.uz = az, uz
        await w.hand(*chunks[1:])
        assert await w.learned() == ("received", None)


async def test_our_own_disk_failing_leaves_the_chunk_with_the_broker(stage):
    async with world(stage) as w:
        folder = w.uz.node.settings.data / "attachments"
        folder.write_bytes(b"")  # in the way
        body = seal_bundle(
            encode_chunk(w.chunks[0]),
            receiver="UZ-CC",
            key=w.uz.node.keyring.encryption[0].public,
        )
        delivery = Carried("AZ-SCC", "bulk", body)
        with pytest.raises(OperatorError) as caught:
            await w.uz.unloader._serve(delivery)
        assert caught.value.code == "attachment.folder"
        assert not delivery.is_acknowledged


# --- order -----------------------------------------------------------------------------------------


async def test_chunks_repeated_and_out_of_turn_are_forgotten(stage):
    async with world(stage) as w:
        first, second, last = w.chunks
        await w.hand(second, last, first, last, first, second, second, last)
        assert w.ended == ("received", None)
        assert w.uz.node.attachments.path_of_received(w.place).read_bytes() == CONTENT
        assert w.kinds(w.uz).count(Kind.ATTACHMENT_RECEIVED) == 1


# --- whoever reaches the queue ---------------------------------------------------------------------


def with_key(chunk, key) -> Chunk:
    return seal_chunk(key, b"x" * CHUNK_BYTES, index=chunk.index, is_last=chunk.is_last)


STRANGE = {
    "of an unknown message": lambda _, c: dataclasses.replace(
        c, id="01890a5d-ac96-774b-bcce-b302099a8057"
    ),
    "of no message id": lambda _, c: dataclasses.replace(c, id="../../etc/passwd"),
    "of a file not declared": lambda _, c: dataclasses.replace(c, number=2),
    "of a number beyond all": lambda _, c: dataclasses.replace(c, number=2**53 - 1),
    "made without the salt": lambda w, c: with_key(c, FileKey(w.key.context, 1, bytes(32))),
    "of another message": lambda w, c: with_key(
        c, FileKey(Context("sx1", w.id, "UZ-CC"), 1, w.key.salt)
    ),
    "with a bit changed": lambda _, c: dataclasses.replace(
        c, data=c.data[:-1] + bytes([c.data[-1] ^ 1])
    ),
    "with another flag": lambda _, c: dataclasses.replace(c, is_last=True),
    "of another place": lambda w, _: dataclasses.replace(w.chunks[1], index=0),
}


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
async def test_strange_chunk_is_forgotten_and_harms_nothing(stage, change):
    async with world(stage) as w:
        before = w.uz.node.tree.size
        await w.hand(change(w, w.chunks[0]))
        assert (w.held, w.ended, w.uz.node.tree.size) == (0, None, before)
        await w.hand(*w.chunks)
        assert w.ended == ("received", None)


async def test_chunk_by_the_queue_of_another_peer_is_forgotten(stage):
    async with sides(stage, "AZ-SCC", "UZ-CC", "TM-SCS") as (az, uz, tm):
        sent = await az.submit(alert_with(stage, az, CONTENT))
        await settle(az, uz)
        w = World(az, uz, sent.id)
        await w.hand(*w.chunks, by=tm)
        assert (w.held, w.ended) == (0, None)


async def test_chunk_of_a_suspended_peer_is_forgotten(stage):
    async with world(stage) as w:
        suspend(w.uz, "AZ-SCC")
        await w.hand(*w.chunks)
        assert (w.held, w.ended) == (0, None)


async def test_chunk_of_a_file_that_is_elsewhere_is_forgotten(stage):
    async with world(stage) as w:
        own = w.uz.node.keyring.encryption[0].public
        elsewhere = alert_with(stage, w.az, CONTENT, reference="AZ-TEST-ELSEWHERE")
        elsewhere = elsewhere.replace(b'"sha256"', b'"uri":"https://files.example/1","sha256"')
        sent = await w.az.submit(elsewhere)
        await settle(w.az, w.uz)
        chunk = dataclasses.replace(w.chunks[0], id=sent.id)
        body = seal_bundle(encode_chunk(chunk), receiver="UZ-CC", key=own)
        await hand_chunk(w.az, w.uz, body)
        assert w.uz.node.attachments.received_bytes(("AZ-SCC", sent.id, 1)) == 0


async def test_flood_of_rubbish_leaves_no_entry_no_file_and_one_line(stage):
    async with world(stage) as w:
        before = w.uz.node.tree.size
        with capture_logs() as lines:
            for _ in range(30):
                delivery = await hand_chunk(w.az, w.uz, os.urandom(2_000))
                assert delivery.is_acknowledged
        assert w.uz.node.tree.size == before
        assert [line["event"] for line in lines] == ["attachment.ignored"]
        assert not (w.uz.node.settings.data / "attachments" / "received").exists()


async def test_chunk_among_bundles_is_refused_as_a_bundle(stage):
    async with world(stage) as w:
        body = seal_bundle(
            encode_chunk(w.chunks[0]),
            receiver="UZ-CC",
            key=w.uz.node.keyring.encryption[0].public,
        )
        await w.uz.receive(Carried("AZ-SCC", "urgent", body))
        assert w.kinds(w.uz)[-1] is Kind.BUNDLE_REFUSED
        assert w.held == 0


def set_room(side, *, mib):
    """Let a side have so much room for peers' files."""
    settings = side.node.settings
    room = settings.attachments.model_copy(update={"room_mib": mib})
    side.node.settings = settings.model_copy(update={"attachments": room})
    side.unloader = Unloader(side.node)


def lay_part(side, peer, size):
    """Lay an unfinished file of a peer, of a message of old, into a side's folder."""
    path = side.node.attachments.path_of_received((peer, "old", 1)).with_name("1.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def file_outcomes(side):
    """Give by peer the code with which its file was refused; None: it is here."""
    entries = [read_entry(raw) for _, raw in Records(side.node.database).entries()]
    files = [entry for entry in entries if entry.kind is Kind.ATTACHMENT_RECEIVED]
    return {entry.members["from"]: entry.members.get("code") for entry in files}


# --- an originator that does not keep its word -----------------------------------------------------


async def test_file_with_another_hash_is_refused_and_removed(stage):
    async with world(stage) as w:
        await w.hand(*w.cut(os.urandom(len(CONTENT))))
        assert w.ended == ("refused", "attachment.mismatch")
        assert w.held == 0
        assert await w.learned() == ("refused", "attachment.mismatch")
        assert Kind.ATTACHMENT_RECEIPTED in w.kinds(w.az)


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1, CHUNK_BYTES, 5 * CHUNK_BYTES])
async def test_file_of_another_size_is_refused_and_never_grows_beyond_it(stage, size):
    async with world(stage) as w:
        await w.hand(*w.cut(os.urandom(size)))
        assert w.ended == ("refused", "attachment.mismatch")
        assert w.held == 0


async def test_file_for_which_there_is_no_room_is_refused(stage):
    async with world(stage) as w:
        set_room(w.uz, mib=0)
        await w.hand(*w.chunks)
        assert (w.ended, w.held) == (("refused", "attachment.no_room"), 0)
        assert await w.learned() == ("refused", "attachment.no_room")


async def test_room_is_asked_for_at_each_chunk_and_counted_again_before_a_refusal(stage):
    async with world(stage) as w:
        other = w.uz.node.attachments.path_of_received(("AZ-SCC", "other", 1))
        other.parent.mkdir(parents=True)
        set_room(w.uz, mib=1)
        other.write_bytes(bytes(100))
        await w.hand(w.chunks[0])
        assert w.held == CHUNK_BYTES
        other.write_bytes(bytes(1_000_000))  # grown by another file since
        w.uz.unloader._room.forget()
        await w.hand(w.chunks[1])
        assert (w.ended, w.held) == (("refused", "attachment.no_room"), 0)


async def test_file_for_which_room_was_made_since_is_taken(stage):
    async with world(stage) as w:
        w.uz.unloader._room.occupy("AZ-SCC", 10**15)  # as it was before files were moved away
        await w.hand(*w.chunks)
        assert w.ended == ("received", None)


async def test_peer_that_finishes_no_file_leaves_the_others_their_share(stage):
    async with sides(stage, "AZ-SCC", "TM-SCS", "UZ-CC") as (az, tm, uz):
        set_room(uz, mib=80)  # 40 for each of two peers
        lay_part(uz, "AZ-SCC", 40 * MIB)
        for side in (az, tm):
            await side.submit(alert_with(stage, side, CONTENT))
        await settle(az, tm, uz)
        for side in (az, tm):
            await carry_files(side, uz)
        assert file_outcomes(uz) == {"AZ-SCC": "attachment.no_room", "TM-SCS": None}


async def test_parts_are_cleared_while_running_once_their_term_is_over(stage):
    async with world(stage) as w:
        await w.hand(w.chunks[0])
        now = w.uz.node.clock()
        term_ms = MAX_LIFETIME_MS + ATTACHMENT_TERM_MS
        for later_ms, held in ((term_ms, CHUNK_BYTES), (term_ms + 2 * 86_400_000, 0)):
            w.uz.node.clock = lambda at=now + later_ms: at
            await w.uz.unloader.tidy()
            assert w.held == held


async def test_parts_are_looked_through_once_an_hour(stage):
    async with world(stage) as w:
        now = w.uz.node.clock() + 30 * 86_400_000
        for later_ms, held in ((0, 0), (3_599_000, 100), (3_600_000, 0)):
            w.uz.node.clock = lambda at=now + later_ms: at
            if held:
                lay_part(w.uz, "AZ-SCC", held)
            await w.uz.unloader.tidy()
            assert w.uz.node.attachments.unfinished_bytes("AZ-SCC") == held


async def test_running_unloader_clears_parts_and_serves_what_comes(stage):
    async with world(stage) as w:
        lay_part(w.uz, "TM-SCS", 100)
        later = w.uz.node.clock() + 30 * 86_400_000
        w.uz.node.clock = lambda: later
        running = asyncio.create_task(w.uz.unloader.run())
        own = w.uz.node.keyring.encryption[0].public
        for chunk in w.chunks:
            body = seal_bundle(encode_chunk(chunk), receiver="UZ-CC", key=own)
            delivery = Carried("AZ-SCC", "bulk", body)
            await w.uz.unloader.take(delivery)
            async with asyncio.timeout(20):
                while not delivery.is_acknowledged:  # noqa: ASYNC110 - served by another task
                    await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert w.uz.node.attachments.unfinished_bytes("TM-SCS") == 0
        assert w.ended == ("received", None)


async def test_what_a_porter_sends_is_a_chunk_sealed_to_the_peer(stage):
    async with world(stage) as w:
        carrier = await carry_files(w.az, w.uz)
        keys = w.uz.node.keyring.by_kid
        opened = [open_bundle(body, receiver="UZ-CC", keys=keys) for body in carrier.bodies]
        assert [decode_chunk(one) for one in opened] == w.chunks
