"""Flows kept from the log of real nodes: of what, for how long, and across a stop."""

import asyncio

import pytest
import pytest_asyncio

from node.daemon import follower
from node.daemon.flow_keeper import FlowKeeper, keep_flows
from node.store.flows import Flows
from tests.daemon.trade import AZ, DAY, TM, UZ, trading
from tests.spoken import written


@pytest_asyncio.fixture
async def trade(stage):
    async with trading(stage) as made:
        yield made


def kept(trade, who):
    flows = Flows(trade.sides[who].node.database).of_period(trade.period)
    return [(flow.notice.reference, flow.version, flow.consignment) for flow in flows]


def forget_all(trade, who):
    """Make a database as of before flows were kept."""
    with trade.sides[who].node.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM flow")
        connection.exec_driver_sql("DELETE FROM position")


async def test_flows_of_a_notice_are_kept_on_both_sides_and_by_nobody_else(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.warn(TM, UZ, "TM-ALR-1")
    assert [kept(trade, who) for who in (AZ, TM, UZ)] == [
        [("AZ-PAN-1", 1, 1)],
        [("AZ-PAN-1", 1, 1)],
        [],
    ]


async def test_flows_of_an_amendment_are_kept_beside_the_earlier_ones(trade):
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    alert = await trade.warn(AZ, TM, "AZ-ALR-1")
    await trade.amend(wagon, "AZ-AMD-1", office_of_entry="TM001005")
    await trade.amend(alert, "AZ-AMD-2", risks=[{**alert["risks"][0], "level": "high"}])
    assert kept(trade, TM) == [("AZ-PAN-1", 1, 1), ("AZ-PAN-1", 2, 1)]


async def test_flows_of_an_older_database_are_kept_from_the_beginning_of_its_log(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(AZ, TM, "AZ-PAN-2")
    forget_all(trade, TM)
    await FlowKeeper(trade.sides[TM].node).catch_up()
    assert kept(trade, TM) == [("AZ-PAN-1", 1, 1), ("AZ-PAN-2", 1, 1)]


async def test_keeper_stopped_between_two_notices_goes_on_with_the_second(trade, monkeypatch):
    monkeypatch.setattr(follower, "AT_ONCE", 1)
    for number in (1, 2):
        await trade.announce(AZ, TM, f"AZ-PAN-{number}")
    forget_all(trade, TM)
    node = trade.sides[TM].node
    running = asyncio.create_task(keeper_until_first_flow(node, trade))
    await asyncio.wait_for(running, 20)
    assert kept(trade, TM) == [("AZ-PAN-1", 1, 1)]
    await FlowKeeper(node).catch_up()
    assert kept(trade, TM) == [("AZ-PAN-1", 1, 1), ("AZ-PAN-2", 1, 1)]


async def keeper_until_first_flow(node, trade):
    """Run a keeper, and cancel it once the first flow is durable, as the end of a process would."""
    there = asyncio.Event()

    def look(_batch):
        if kept(trade, TM):
            there.set()
            catching.cancel()  # on the loop, before the next part is asked for

    node.on_commit(look)
    catching = asyncio.create_task(FlowKeeper(node).catch_up())
    await there.wait()
    await asyncio.gather(catching, return_exceptions=True)


async def test_flows_of_a_peer_are_forgotten_when_the_days_agreed_are_over(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(TM, AZ, "TM-PAN-1")
    await trade.announce(UZ, TM, "UZ-PAN-1")
    trade.set_terms(TM, (AZ, TM), retention_days=10)
    node = trade.sides[TM].node
    for days, left in ((9, {"AZ-PAN-1", "TM-PAN-1", "UZ-PAN-1"}), (11, {"TM-PAN-1", "UZ-PAN-1"})):
        node.clock = lambda days=days: trade.now + days * DAY
        await trade.keepers[TM].forget()
        assert {reference for reference, *_ in kept(trade, TM)} == left


async def test_flows_whose_days_are_over_are_not_kept_anew(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    forget_all(trade, TM)
    trade.set_terms(TM, (AZ, TM), retention_days=10)
    node = trade.sides[TM].node
    node.clock = lambda: trade.now + 11 * DAY
    await FlowKeeper(node).catch_up()
    assert kept(trade, TM) == []


async def test_flows_under_an_agreement_that_excludes_figures_are_not_kept(trade):
    trade.set_terms(TM, (AZ, TM), aggregate_use="never")
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(TM, AZ, "TM-PAN-1")
    assert [reference for reference, *_ in kept(trade, TM)] == ["TM-PAN-1"]
    assert [reference for reference, *_ in kept(trade, AZ)] == ["AZ-PAN-1", "TM-PAN-1"]


async def test_flows_under_an_agreement_not_known_here_wait_for_it(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    node = trade.sides[TM].node
    agreements, node.agreements = node.agreements, {}
    node.clock = lambda: trade.now + 5000 * DAY
    await trade.keepers[TM].forget()
    assert kept(trade, TM) != []
    node.agreements = agreements
    await trade.keepers[TM].forget()
    assert kept(trade, TM) == []


async def test_keeper_beside_a_running_node_follows_until_it_is_cancelled(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    forget_all(trade, TM)
    node = trade.sides[TM].node
    there = asyncio.Event()
    node.on_commit(lambda _: there.set() if kept(trade, TM) else None)

    class Running:
        pass

    Running.node = node
    running = asyncio.create_task(keep_flows(Running))
    await asyncio.wait_for(there.wait(), 20)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_notice_that_was_refused_leaves_no_flow(trade):
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    other = {**wagon, "reference": "AZ-PAN-2"}
    directory = trade.sides[TM].node.agreements
    trade.sides[TM].node.agreements = {}
    await trade.sides[AZ].submit(written(other))
    await trade.follow()
    trade.sides[TM].node.agreements = directory
    assert [reference for reference, *_ in kept(trade, TM)] == ["AZ-PAN-1"]
