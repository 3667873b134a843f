import pytest

from node.audit.event import Kind, read_entry
from node.daemon.timekeeper import Timekeeper
from node.limits import MAX_LIFETIME_MS
from node.store.journal import Batch
from node.store.record import Records
from node.store.submissions import KEPT_MS, PutSubmission, Submissions
from tests.daemon.pair import carry, documents, settle, sides

pytestmark = pytest.mark.broker


class Relay:
    """Where a timekeeper finds a courier; counts how often it was woken."""

    def __init__(self, courier) -> None:
        self.courier, self.woken = courier, 0

    def wake(self) -> None:
        self.woken += 1


def counts(side) -> dict[str, int]:
    return Records(side.node.database).counts()


async def test_message_without_receipt_expires_at_the_end_of_its_life(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, _):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        now = az.node.clock()
        keeper = Timekeeper(az.node, [], az.registrar)
        az.node.clock = lambda: now + MAX_LIFETIME_MS - 60_000
        await keeper.tick()
        assert counts(az) == {"out.sealed": 1}
        az.node.clock = lambda: now + MAX_LIFETIME_MS + 1
        await keeper.tick()
        await keeper.tick()

        assert counts(az) == {"out.expired": 1}
        kinds = [read_entry(raw).kind for _, raw in Records(az.node.database).entries()]
        assert kinds.count(Kind.MESSAGE_EXPIRED) == 1


async def test_receipt_after_expiry_still_counts(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        await carry(az, uz, "routine")
        now = az.node.clock()
        az.node.clock = lambda: now + MAX_LIFETIME_MS + 1
        await Timekeeper(az.node, [], az.registrar).tick()
        await settle(az, uz)

        assert counts(az) == {"out.receipted": 1}


async def test_bundle_without_any_answer_is_sent_again_after_patience(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        lost = await az.pack("UZ-CC", "routine")  # confirmed by a broker that then lost its disk
        az.couriers["UZ-CC"].went_out(lost)
        relay = Relay(az.couriers["UZ-CC"])
        keeper = Timekeeper(az.node, [relay], az.registrar)
        await keeper.tick()
        assert (relay.woken, await az.pack("UZ-CC", "routine")) == (0, None)
        now = az.node.clock()
        az.node.clock = lambda: now + 31_000
        await keeper.tick()
        assert relay.woken == 1
        await settle(az, uz)

        assert counts(uz) == {"in.accepted": 1}
        assert counts(az) == {"out.receipted": 1}


async def test_old_first_answers_are_forgotten(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, _):
        now = az.node.clock()
        old, new = (
            PutSubmission("risk-engine", key, b"d" * 32, "0190-id", is_new=True, error=None, at=at)
            for key, at in (("rest/old", now - KEPT_MS - 1), ("rest/new", now))
        )
        await az.node.committer.commit(Batch(records=[old, new]))
        keeper = Timekeeper(az.node, [], az.registrar)
        await keeper.tick()
        await az.node.committer.tidy()
        asked = [("risk-engine", "rest/old"), ("risk-engine", "rest/new")]
        assert list(Submissions(az.node.database).found(asked)) == [asked[1]]
