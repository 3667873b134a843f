"""The register, kept by two real nodes from their own logs."""

import asyncio
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from node.audit.event import Kind, read_entry
from node.conversation.facts import Ref
from node.conversation.inheritance import NOTHING
from node.daemon.registrar import Registrar
from node.daemon.supervisor import act
from node.errors import CallerError
from node.store import tables
from node.store.register import Register
from node.transfer import outgoing
from tests.daemon.pair import carry, settle, sides
from tests.spoken import answering, document, instant, written

pytestmark = pytest.mark.asyncio
AZ, UZ, TM = "AZ-SCC", "UZ-CC", "TM-SCS"
HOUR = 3_600_000


async def said(side, other, value):
    """Submit a document, carry it, and let both registrars write."""
    submitted = await side.submit(written(value))
    await settle(side, other)
    for each in (side, other):
        await each.registrar.catch_up()
    return submitted.id


def page(side, other, value):
    """Read a page back from the disk."""
    lead = Ref(value["type"].partition("/")[0], value["originator"]["authority"], value["reference"])
    register = Register(side.node.authority, side.node.database)
    return register.page((other.node.authority, lead))


def entries(side, kind):
    """Give the entries of a kind in a side's own log."""
    with side.node.database.reading() as connection:
        query = select(tables.entry.c.raw).order_by(tables.entry.c.idx)
        found = [read_entry(raw) for raw in connection.scalars(query)]
    return [entry for entry in found if entry.kind is kind]


async def test_alert_followed_to_its_outcome_is_the_same_in_both_registers(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        await said(uz, az, alert)
        assert page(uz, az, alert).state == "delivered"
        assert page(az, uz, alert).state == "received"
        for example, reference, state in (
            ("hit-minimum", "AZ-HIT-1", None),
            ("acceptance-minimum", "AZ-ACC-1", "accepted"),
            ("arrival-minimum", "AZ-ARR-1", "accepted"),
            ("control-result-minimum", "AZ-CTL-1", "controlled"),
        ):
            answer = document(example, AZ, UZ, now=now, reference=reference, answers=answering(alert))
            await said(az, uz, answer)
            ours, theirs = page(az, uz, alert), page(uz, az, alert)
            assert ours.agreed == theirs.agreed
            assert ours.outcomes == theirs.outcomes
            assert state is None or ours.agreed == state
        due = {each.name: each for each in page(uz, az, alert).deadlines}
        assert {name for name, each in due.items() if each.is_open} == set()


async def test_reading_is_told_to_the_originator_once(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        alert = document("alert-minimum", UZ, AZ, now=az.node.clock(), reference="UZ-ALR-1")
        message_id = await said(uz, az, alert)
        assert await az.desk.read("UZ-ALR-1", "PCU-ALYAT")
        assert not await az.desk.read(message_id, None)
        await settle(az, uz)
        for side in (az, uz):
            await side.registrar.catch_up()
        assert [entry.members["unit"] for entry in entries(az, Kind.MESSAGE_READ)] == ["PCU-ALYAT"]
        assert [entry.members["re"] for entry in entries(uz, Kind.READ_RECEIPTED)] == [message_id]
        assert (page(az, uz, alert).state, page(uz, az, alert).state) == ("read", "read")
        read = {each.name: each for each in page(uz, az, alert).deadlines}["read"]
        assert read.met_at is not None


async def test_assignment_stays_at_home(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        alert = document("alert-minimum", UZ, AZ, now=az.node.clock(), reference="UZ-ALR-1")
        await said(uz, az, alert)
        await az.desk.assign("UZ-ALR-1", "PCU-ASTARA")
        await settle(az, uz)
        for side in (az, uz):
            await side.registrar.catch_up()
        assert (page(az, uz, alert).state, page(uz, az, alert).state) == ("assigned", "delivered")


async def test_reading_of_a_reference_that_a_peer_uses_too_is_recorded_for_whom_it_is_said(make_stage):
    stage = make_stage(AZ, UZ, TM)
    async with sides(stage, AZ, UZ, TM) as (az, uz, tm):
        ids = {}
        for side in (uz, tm):  # the peer's copy comes last
            sender = side.node.authority
            alert = document("alert-minimum", sender, AZ, now=az.node.clock(), reference="UZ-ALR-1")
            ids[sender] = (await side.submit(written(alert))).id
            await settle(az, side)
        with pytest.raises(CallerError) as caught:
            await az.desk.read("UZ-ALR-1", None)
        with pytest.raises(CallerError) as again:
            await act(az.desk, {"do": "assign", "id": "UZ-ALR-1", "unit": "PCU-ASTARA"})
        assert (caught.value.code, again.value.code) == ("message.ambiguous", "message.ambiguous")
        assert await act(az.desk, {"do": "read", "id": "UZ-ALR-1", "from": UZ}) == {"new": True}
        await act(az.desk, {"do": "assign", "id": "UZ-ALR-1", "unit": "PCU-ASTARA", "from": UZ})
        for kind in (Kind.MESSAGE_READ, Kind.MESSAGE_ASSIGNED):
            assert [entry.members["re"] for entry in entries(az, kind)] == [ids[UZ]]


@pytest.mark.parametrize("request_", [{"do": "read", "from": 7}, {"do": "read", "unit": ["A"]}])
async def test_desk_asked_with_a_member_of_another_kind_refuses(make_stage, request_):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, _):
        with pytest.raises(CallerError) as caught:
            await act(az.desk, {**request_, "id": "UZ-ALR-1"})
        assert caught.value.code == "request.malformed"


async def test_desk_knows_only_what_has_arrived(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, _):
        with pytest.raises(CallerError, match=r"message\.unknown|has arrived"):
            await az.desk.read("nothing", None)


async def test_answer_handled_more_loosely_is_refused_by_its_sender_and_by_its_reader(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        await said(uz, az, alert)
        answer = document(
            "acceptance-minimum", AZ, UZ, now=now, reference="AZ-ACC-1", answers=answering(alert)
        )
        answer["handling"]["tlp"] = "GREEN"
        with pytest.raises(CallerError) as refused:
            await az.submit(written(answer))
        assert (refused.value.code, refused.value.pointer) == ("handling.loosened", "/handling/tlp")
        az.node.holdings = NOTHING  # a node that does not ask: its peer does
        await said(az, uz, answer)
        receipts = entries(az, Kind.MESSAGE_RECEIPTED)
        assert [r.members.get("code") for r in receipts] == ["handling.loosened"]
        assert page(uz, az, alert).agreed == "open"
        assert page(az, uz, alert).agreed == "open"
        assert page(az, uz, alert).outcomes[f"{AZ}/{receipts[0].members['re']}"] == "returned"


async def test_peer_that_uses_our_message_id_takes_nothing_s_place(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        message_id = await said(uz, az, alert)
        thief = document("hit-minimum", AZ, UZ, now=now, reference="AZ-HIT-1", answers=answering(alert))
        with with_message_id(message_id):
            await said(az, uz, thief)
        for ours, theirs in ((az, uz), (uz, az)):
            kept = page(ours, theirs, alert)
            assert kept.agreed == "open"
            assert sorted(kept.said) == [f"{AZ}/{message_id}", f"{UZ}/{message_id}"]


@contextmanager
def with_message_id(message_id):
    """A changed node that gives its next message this id."""
    real = outgoing.new_message_id
    outgoing.new_message_id = lambda _now, _random: message_id
    try:
        yield
    finally:
        outgoing.new_message_id = real


async def test_lapse_and_what_comes_after_it_end_the_looking(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        await said(uz, az, alert)
        declined = document(
            "acceptance-declined", AZ, UZ, now=now, reference="AZ-A", answers=answering(alert)
        )
        await said(az, uz, declined)
        for days in (8, 9, 400):
            for side in (az, uz):
                side.node.clock = lambda days=days: now + days * 24 * HOUR
                await asyncio.wait_for(side.registrar.look_at_deadlines(), 20)
                assert side.registrar._register.marked(side.node.clock(), limit=9) == []


async def test_peer_s_clock_that_runs_ahead_moves_no_deadline(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        await uz.submit(written(alert))
        ahead = now + 24 * HOUR  # still within the life of the message
        az.node.clock = lambda: ahead
        await carry(uz, az)
        await settle(az, uz)
        await uz.registrar.catch_up()
        (told,) = page(uz, az, alert).said.values()
        assert now <= told.delivered_at < now + HOUR


async def test_registrar_goes_on_where_it_stopped(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        await said(uz, az, alert)
        before = entries(az, Kind.CONVERSATION_ADVANCED)
        answer = document(
            "acceptance-minimum", AZ, UZ, now=now, reference="AZ-ACC-1", answers=answering(alert)
        )
        await az.submit(written(answer))
        await settle(az, uz)  # nobody has written the register since: the node stops here
        again = Registrar(az.node)
        await again.catch_up()
        assert page(az, uz, alert).agreed == "accepted"
        await Registrar(az.node).catch_up()
        assert len(entries(az, Kind.CONVERSATION_ADVANCED)) == len(before) + 1


async def test_register_written_anew_is_the_same(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        await said(uz, az, alert)
        for example, reference in (("acceptance-minimum", "A"), ("control-result-minimum", "C")):
            answer = document(example, AZ, UZ, now=now, reference=reference, answers=answering(alert))
            await said(az, uz, answer)
        before = page(az, uz, alert)
        with az.node.database.writing() as connection:
            for table in (tables.conversation, tables.turn, tables.registered):
                connection.execute(table.delete())
        await Registrar(az.node).catch_up()
        after = page(az, uz, alert)
        assert (after.state, after.outcomes, after.deadlines) == (
            before.state,
            before.outcomes,
            before.deadlines,
        )


async def test_overdue_acceptance_is_told_once_at_each_mark_on_both_sides(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        now = az.node.clock()
        alert = document("alert-minimum", UZ, AZ, now=now, reference="UZ-ALR-1")
        alert["acceptance_due_at"] = instant(now + 2 * HOUR)
        alert["feedback_due_at"] = instant(now + 90 * 24 * HOUR)
        alert["valid_until"] = instant(now + 91 * 24 * HOUR)
        await said(uz, az, alert)
        told = []
        for hours in (0, 1.1, 1.2, 2.1, 3.1, 4):
            for side in (az, uz):
                side.node.clock = lambda hours=hours: int(now + hours * HOUR)
                await side.registrar.look_at_deadlines()
            told.append([(e.kind.value, e.members["name"]) for e in deadlines_of(az)])
            assert deadlines_of(az, facts=True) == deadlines_of(uz, facts=True)
        acceptance = [[kind for kind, name in each if name == "acceptance"] for each in told]
        assert [len(each) for each in acceptance] == [0, 1, 1, 2, 3, 3]
        assert acceptance[-1] == ["deadline.reminded", "deadline.overdue", "deadline.escalated"]


def deadlines_of(side, *, facts=False):
    kinds = (Kind.DEADLINE_REMINDED, Kind.DEADLINE_OVERDUE, Kind.DEADLINE_ESCALATED)
    found = sorted((e for kind in kinds for e in entries(side, kind)), key=lambda entry: entry.at)
    return [(e.kind, e.members["name"], e.members["due"]) for e in found] if facts else found
