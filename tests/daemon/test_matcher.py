"""Matching in running nodes: what is found, when it is found, and what becomes of it."""

import asyncio

import pytest
import pytest_asyncio

from node.audit.event import reread_entry
from node.daemon import matcher
from node.daemon.matcher import NOTICE_KEPT_MS, Matcher, match
from node.matching.decision import MatchState, Withdrawal
from node.store.match_index import MatchIndex, Name, Side, Standing
from node.store.record import Records
from tests.daemon.matched import AZ, BOX, NEWS, TM, UZ, WAGON, matching
from tests.daemon.trade import DAY
from tests.spoken import instant

OTHER_BOX = "CSQU3054383"


@pytest_asyncio.fixture
async def corridor(stage):
    async with matching(stage, AZ, TM) as made:
        yield made


async def test_alert_first_then_notice_is_found_on_both_sides(corridor):
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    assert corridor.matches(AZ) == []
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    for who in (AZ, TM):
        assert corridor.pairs(who) == [("TM-ALR-1", "AZ-PAN-1")]
        assert corridor.news(who) == ["found"]


async def test_notice_first_then_alert_is_found(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    (found,) = corridor.matches(AZ)
    assert (found.found.grade.value, found.is_current, found.state) == (
        "certain",
        True,
        MatchState.FOUND,
    )


async def test_own_alert_is_found_in_a_received_notice(corridor):
    await corridor.look_for(AZ, TM, "AZ-ALR-1", BOX)
    await corridor.announce(TM, AZ, "TM-PAN-1")
    assert corridor.pairs(AZ) == [("AZ-ALR-1", "TM-PAN-1")]


async def test_match_of_two_documents_taken_together_is_found_once(corridor):
    matchers, corridor.matchers = corridor.matchers, {}
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    corridor.matchers = matchers
    await corridor.follow()
    assert corridor.news(AZ) == ["found"]


async def test_match_entry_names_notice_and_alert_by_message(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    (found,) = corridor.matches(AZ)
    (members,) = news_entries(corridor, AZ)
    assert members == {
        "match": found.id,
        "re": found.notice[1],
        "from": AZ,
        "score": found.found.score,
        "alert": found.wanted[1],
        "by": TM,
    }


async def test_alert_amended_to_another_box_withdraws_the_match(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    await corridor.amend(alert, "TM-AMD-1", subject={"equipment": [{"identification": OTHER_BOX}]})
    (lost,) = corridor.matches(AZ)
    assert (lost.state, lost.reason, lost.is_current) == (
        MatchState.WITHDRAWN,
        Withdrawal.AMENDED.value,
        False,
    )
    assert corridor.news(AZ) == ["found", "withdrawn"]


async def test_alert_amended_to_the_right_box_is_found(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", OTHER_BOX)
    await corridor.amend(alert, "TM-AMD-1", subject={"equipment": [{"identification": BOX}]})
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_notice_amended_in_what_changes_no_decision_is_not_found_again(corridor):
    wagon = await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    (before,) = corridor.matches(AZ)
    await corridor.amend(wagon, "AZ-AMD-1", office_of_entry="TM001005")
    (after,) = corridor.matches(AZ)
    assert corridor.news(AZ) == ["found"]
    assert (after.id, after.found.notice.version, after.notice) != (
        before.id,
        before.found.notice.version,
        before.notice,
    )
    assert after.id == before.id
    assert after.found.notice.version == 2


async def test_notice_in_which_more_agrees_than_before_is_found_again(corridor):
    wagon = await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX, OTHER_BOX)
    (box,) = wagon["equipment"]
    second = {**box, "sequence": 2, "identification": OTHER_BOX}
    await corridor.amend(wagon, "AZ-AMD-1", equipment=[box, second])
    assert corridor.news(AZ) == ["found", "withdrawn", "found"]
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_alert_replaced_by_itself_counts_in_its_newest_version(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", OTHER_BOX)
    newer = {**alert, "version": 2, "function": "5"}
    await corridor.send({**newer, "subject": {"equipment": [{"identification": BOX}]}})
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_version_that_comes_late_changes_nothing(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", BOX, version=2, function="5")
    await corridor.send(
        {
            **alert,
            "version": 1,
            "function": "9",
            "subject": {"equipment": [{"identification": OTHER_BOX}]},
        }
    )
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_alert_cancelled_withdraws_the_match(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    await corridor.send({**alert, "version": 2, "function": "1"})
    (lost,) = corridor.matches(AZ)
    assert (lost.state, lost.reason) == (MatchState.WITHDRAWN, Withdrawal.CANCELLED.value)


@pytest.mark.parametrize("recalled", ["alert", "notice"])
async def test_recall_withdraws_the_match_and_ends_the_search(corridor, recalled):
    notice = await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    await corridor.recall(alert if recalled == "alert" else notice, "RCL-1")
    (lost,) = corridor.matches(AZ)
    assert (lost.state, lost.reason) == (MatchState.WITHDRAWN, Withdrawal.RECALLED.value)
    await corridor.announce(AZ, TM, "AZ-PAN-2")
    assert corridor.open(AZ) == ([] if recalled == "alert" else [("TM-ALR-1", "AZ-PAN-2")])


async def test_version_of_a_recalled_alert_is_not_looked_for(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", OTHER_BOX)
    await corridor.recall(alert, "RCL-1")
    await corridor.amend(alert, "TM-AMD-1", subject={"equipment": [{"identification": BOX}]})
    assert corridor.matches(AZ) == []


async def test_recall_of_an_amendment_ends_what_it_brought_and_no_later_version(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", OTHER_BOX)
    right = {"equipment": [{"identification": BOX}]}
    second = await corridor.amend(alert, "TM-AMD-1", subject=right)
    amendment = {**alert, "type": "amendment/1", "reference": "TM-AMD-1", "version": 1}
    await corridor.recall(amendment, "RCL-1")
    (lost,) = corridor.matches(AZ)
    assert (lost.state, lost.reason) == (MatchState.WITHDRAWN, Withdrawal.RECALLED.value)
    await corridor.amend(second, "TM-AMD-2", subject=right)
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_recall_of_what_is_not_matched_does_nothing(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    others = [
        {**alert, "type": "amendment/1", "reference": "TM-AMD-9"},
        {**alert, "type": "incident/1", "reference": "TM-INC-9"},
    ]
    for number, other in enumerate(others):
        await corridor.recall(other, f"RCL-{number}")
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_test_alert_is_not_found_in_a_real_notice(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.announce(AZ, TM, "AZ-PAN-2", test=True)
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX, test=True)
    assert corridor.pairs(AZ) == [("TM-ALR-1", "AZ-PAN-2")]


async def test_alert_that_has_lapsed_is_looked_for_no_longer(corridor):
    soon = instant(corridor.now + DAY)
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX, valid_until=soon, feedback_due_at=soon)
    later(corridor, 2 * DAY)
    for each in corridor.matchers.values():
        await each.end()
    assert standing(corridor, AZ, Side.ALERT, TM, "TM-ALR-1") is Standing.ENDED
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    assert corridor.matches(AZ) == []


async def test_notice_is_looked_through_for_a_while_after_it_has_lapsed(corridor):
    wagon = await corridor.announce(AZ, TM, "AZ-PAN-1")
    kept = NOTICE_KEPT_MS + 60 * DAY
    for wait, expected in ((NOTICE_KEPT_MS, Standing.IN_FORCE), (kept, Standing.ENDED)):
        later(corridor, wait)
        await corridor.matchers[AZ].end()
        assert standing(corridor, AZ, Side.NOTICE, AZ, wagon["reference"]) is expected


async def test_alert_that_had_lapsed_when_it_was_taken_is_kept_by_name_only(corridor):
    matchers, corridor.matchers = corridor.matchers, {}
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    corridor.matchers = matchers
    later(corridor, 20 * DAY)
    await corridor.matchers[AZ].catch_up()
    assert corridor.matches(AZ) == []
    assert standing(corridor, AZ, Side.ALERT, TM, "TM-ALR-1") is Standing.ENDED


async def test_matcher_stopped_after_each_entry_finds_everything_once(corridor, monkeypatch):
    monkeypatch.setattr(matcher, "AT_ONCE", 1)
    matchers, corridor.matchers = corridor.matchers, {}
    wagon = await corridor.announce(AZ, TM, "AZ-PAN-1")
    alert = await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    await corridor.amend(wagon, "AZ-AMD-1", office_of_entry="TM001005")
    await corridor.recall(alert, "RCL-1")
    corridor.matchers = matchers
    starts = 1
    while not await catches_up(corridor.sides[AZ].node):
        starts += 1
    assert starts > 2
    assert corridor.news(AZ) == ["found", "withdrawn"]


async def test_three_authorities_each_find_what_reaches_them(stage):
    async with matching(stage) as corridor:
        await corridor.announce(AZ, TM, "AZ-PAN-1")
        await corridor.look_for(UZ, TM, "UZ-ALR-1", BOX)
        assert [corridor.pairs(who) for who in (AZ, TM, UZ)] == [[], [("UZ-ALR-1", "AZ-PAN-1")], []]


async def test_alert_on_a_wagon_is_found_by_the_wagon(corridor):
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    means = [{"identification": WAGON, "identification_type": "20"}]
    await corridor.look_for(TM, AZ, "TM-ALR-1", subject={"passive_means": means})
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]


async def test_matcher_beside_a_running_node_follows_until_it_is_cancelled(corridor):
    corridor.matchers = {}
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    node, there = corridor.sides[AZ].node, asyncio.Event()
    node.on_commit(lambda _: there.set() if corridor.matches(AZ) else None)

    class Running:
        pass

    Running.node = node
    running = asyncio.create_task(match(Running))
    await asyncio.wait_for(there.wait(), 20)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def catches_up(node):
    """Start a matcher and cancel it with its first commit, as the end of a process would."""
    catching = asyncio.create_task(Matcher(node).catch_up())
    node.on_commit(lambda _: catching.cancel())
    await asyncio.gather(catching, return_exceptions=True)
    return not catching.cancelled()


def later(corridor, milliseconds):
    for side in corridor.sides.values():
        side.node.clock = lambda: corridor.now + milliseconds


def standing(corridor, who, *name):
    found = MatchIndex(corridor.sides[who].node.database).get(Name(*name))
    return found and found.standing


def news_entries(corridor, who):
    entries = (reread_entry(raw) for _, raw in Records(corridor.sides[who].node.database).entries())
    return [dict(entry.members) for entry in entries if entry.kind in NEWS]
