"""Two nodes and everything that can happen to a bundle between them."""

import asyncio
from dataclasses import replace

import pytest

from node import canonical
from node.audit.event import Kind, read_entry
from node.demo.attacks import flip_one_bit
from node.envelope.wire import decode_bundle, encode_bundle, open_bundle, seal_bundle
from node.errors import CallerError
from node.store.record import Records
from tests.daemon.pair import Carried, carry, documents, settle, sides

pytestmark = pytest.mark.broker


def kinds(side) -> list[Kind]:
    return [read_entry(raw).kind for _, raw in Records(side.node.database).entries()]


def counts(side) -> dict[str, int]:
    return Records(side.node.database).counts()


async def test_message_is_accepted_and_its_receipt_recorded(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        for document in documents(stage, "AZ-SCC", 3, recipients=["UZ-CC"]):
            await az.submit(document)
        await settle(az, uz)

        assert counts(az) == {"out.receipted": 3}
        assert counts(uz) == {"in.accepted": 3}
        assert kinds(az).count(Kind.MESSAGE_RECEIPTED) == 3


async def test_bundle_delivered_twice_is_processed_once_and_its_receipts_repeated(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        parcel = await carry(az, uz, "routine")
        lost = await uz.pack("AZ-SCC")  # the receipt leaves, and is lost at the broker
        uz.couriers["AZ-SCC"].went_out(lost)
        await uz.receive(Carried("AZ-SCC", "routine", parcel.body))
        await settle(az, uz)

        assert counts(uz) == {"in.accepted": 1}
        assert kinds(uz).count(Kind.MESSAGE_DUPLICATE) == 1
        assert counts(az) == {"out.receipted": 1}


async def test_receipt_that_comes_twice_in_one_go_is_recorded_once(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        await carry(az, uz, "routine")
        answer = await uz.pack("AZ-SCC")
        await az.receive(*(Carried("UZ-CC", "urgent", answer.body) for _ in range(2)))

        assert counts(az) == {"out.receipted": 1}
        assert kinds(az).count(Kind.MESSAGE_RECEIPTED) == 1
        assert Kind.RECEIPT_REFUSED not in kinds(az)


async def test_bundle_with_one_bit_changed_is_refused_and_what_was_in_it_sent_again(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        parcel = await az.pack("UZ-CC", "routine")
        await uz.receive(Carried("AZ-SCC", "routine", flip_one_bit(parcel.body)))
        assert kinds(uz)[-1] is Kind.BUNDLE_REFUSED
        await settle(az, uz)

        assert counts(az) == {"out.receipted": 1}
        assert counts(uz) == {"in.accepted": 1}


async def test_urgent_bundle_that_overtakes_a_routine_one_raises_no_alarm(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        routine, urgent = documents(stage, "AZ-SCC", 2, recipients=["UZ-CC"])
        await az.submit(routine)
        first = await az.pack("UZ-CC", "routine")
        await az.submit(urgent.replace(b'"priority":"routine"', b'"priority":"urgent"'))
        second = await az.pack("UZ-CC", "urgent")
        assert b'"urgent"' not in routine
        await uz.receive(Carried("AZ-SCC", "urgent", second.body))
        await uz.receive(Carried("AZ-SCC", "routine", first.body))

        assert counts(uz) == {"in.accepted": 2}
        assert Kind.PEER_FORKED not in kinds(uz)
        assert Kind.BUNDLE_REFUSED not in kinds(uz)


async def test_sender_restarted_with_older_memory_is_told_where_to_start(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        one, two = documents(stage, "AZ-SCC", 2, recipients=["UZ-CC"])
        await az.submit(one)
        await carry(az, uz, "routine")  # its answer, and so the cosignature, is never carried back
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(two)
        await settle(az, uz)

        assert counts(uz) == {"in.accepted": 2}
        assert counts(az) == {"out.receipted": 2}


async def test_same_document_again_gives_the_first_id_and_sends_nothing(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        document = documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0]
        first = await az.submit(document)
        again = await az.submit(document)
        await settle(az, uz)

        assert (again.id, again.is_new) == (first.id, False)
        assert counts(uz) == {"in.accepted": 1}


async def test_other_document_under_the_same_reference_is_refused(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, _):
        document = documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0]
        await az.submit(document)

        with pytest.raises(CallerError) as caught:
            await az.submit(document + b" ")

        assert caught.value.code == "document.reference_taken"
        assert kinds(az)[-1] is Kind.MESSAGE_REFUSED


async def test_hundreds_of_messages_go_in_few_bundles_within_the_limits(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        wanted = documents(stage, "AZ-SCC", 300, recipients=["UZ-CC"])
        await asyncio.gather(*(az.submit(document) for document in wanted))
        bundles = []
        while parcel := await carry(az, uz, "routine"):
            bundles.append(parcel)
        await settle(az, uz)

        assert len(bundles) < 10
        assert max(len(parcel.body) for parcel in bundles) <= 1_048_576
        assert counts(uz) == {"in.accepted": 300}
        assert counts(az) == {"out.receipted": 300}


async def test_repacked_bundle_with_a_broken_envelope_does_not_stop_the_genuine_message(make_stage):
    """Somebody who may write to the queue, and holds the genuine manifest, breaks its envelope."""
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        genuine = await az.pack("UZ-CC", "routine")
        keys, own = uz.node.keyring.by_kid, uz.node.keyring.encryption[0].public
        bundle = decode_bundle(open_bundle(genuine.body, receiver="UZ-CC", keys=keys))
        item = bundle.items[0]
        broken = replace(item, jwe=canonical.encode({**item.jwe, "tag": "A" * 22}))
        plain = encode_bundle(replace(bundle, items=(broken,)))
        forged = seal_bundle(plain, receiver="UZ-CC", key=own)
        await uz.receive(Carried("AZ-SCC", "routine", forged))
        assert kinds(uz)[-1] is Kind.BUNDLE_REFUSED
        await uz.receive(Carried("AZ-SCC", "routine", genuine.body))
        await settle(az, uz)

        assert counts(uz) == {"in.accepted": 1}
        assert counts(az) == {"out.receipted": 1}


async def test_cosignatures_alone_come_to_rest(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        await settle(az, uz)
        for _ in range(4):  # what the slow timer would do
            for one, other in ((az, uz), (uz, az)):
                if one.couriers[other.node.authority].owes:
                    await carry(one, other, bare=True)

        assert not az.couriers["UZ-CC"].owes
        assert not uz.couriers["AZ-SCC"].owes
        assert az.couriers["UZ-CC"].acknowledged == az.node.tree.size
