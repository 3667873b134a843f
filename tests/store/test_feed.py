"""The feed: each event once, in order, to whom it may be told, in few queries."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from node.audit.event import Kind, write_entry
from node.canonical import b64u
from node.message.concern import OURS
from node.national.entitlement import Concerned
from node.national.scopes import Role
from node.national.system import EVERYTHING, System
from node.store import feed as feed_module
from node.store.feed import MAX_PAGE, Feed
from node.transfer.lifecycle import Transition
from tests.store.conftest import LOG, NOW
from tests.store.test_visibility import put

HASH = b64u(bytes(32))
ALERTS = Concerned(frozenset({"alert"}), frozenset({"PCU-ALYAT"}))
HITS = Concerned(frozenset({"hit"}), frozenset({"PCU-ALYAT"}))


def system_of(role=Role.SYSTEM, units=frozenset({"PCU-ALYAT"}), types=frozenset({"alert"}), **more):
    return System("risk-engine", "Risk engine", role, units, types, **more)


ENGINE = system_of()
AUDITOR = system_of(Role.AUDITOR, EVERYTHING, EVERYTHING)


def told(kind, **members):
    return Transition(entry=write_entry(kind, at=NOW, log=LOG, **members))


def matched(notice, alert=None, kind=Kind.MATCH_FOUND, **members):
    """Record a match; messages are named by the steps that brought them."""
    beside = {"alert": alert.change.id, "by": alert.change.originator} if alert else {}
    more = {**beside, **members} if members else {"score": 90, **beside}
    return told(kind, match="m1", re=notice.change.id, from_=notice.change.originator, **more)


def key_of(step):
    return getattr(step.change, "originator", OURS), step.change.id


@pytest.fixture
def feed(database):
    return Feed("AZ-SCC", database)


def read_all(feed, system, *, limit=500, position=-1):
    """Read pages to the end; gives every event, and the pages."""
    pages = []
    while not pages or not pages[-1].is_last:
        pages.append(feed.after(position, limit=limit, system=system))
        assert pages[-1].position > position or pages[-1].is_last
        position = pages[-1].position
    return [one for page in pages for one in page.items], pages


def indexes(events):
    return [one.index for one in events]


def test_feed_of_an_empty_log_is_at_its_end(feed):
    page = feed.after(-1, limit=5, system=None)
    assert (page.items, page.position, page.head, page.is_last) == ((), -1, -1, True)
    assert feed.head() == -1


def test_feed_tells_the_owner_every_kind_that_is_told_in_order(feed, commit, steps):
    sent, received = steps.sent(), steps.received()
    commit(steps.opened(), sent, steps.event(), received, steps.receipted(sent), steps.refused())
    events, _ = read_all(feed, None)
    assert [(one.index, one.type) for one in events] == [
        (1, "sarbon.message.sealed"),
        (3, "sarbon.message.received"),
        (4, "sarbon.message.receipted"),
    ]
    assert feed.head() == 5


def test_event_names_its_message_without_content(feed, commit, steps):
    sent, received = steps.sent(reference="AZ-1", version=2), steps.received(reference="UZ-1")
    commit(sent, received)
    ours, theirs = (one.value["data"]["message"] for one in read_all(feed, None)[0])
    assert ours == {
        "id": sent.change.id,
        "originator": "AZ-SCC",
        "type": "alert/1",
        "reference": "AZ-1",
        "version": 2,
        "direction": "sent",
    }
    assert theirs == {
        "id": received.change.id,
        "originator": "UZ-CC",
        "type": "alert/1",
        "reference": "UZ-1",
        "version": 1,
        "direction": "received",
    }


def test_event_of_one_id_that_two_peers_used_is_about_the_right_one(feed, commit, steps):
    first = steps.received(reference="UZ-1")
    second = steps.received(id_=first.change.id, originator="TM-SCS", reference="TM-1")
    commit(first, second)
    named = [one.value["data"]["message"]["reference"] for one in read_all(feed, None)[0]]
    assert named == ["UZ-1", "TM-1"]


def test_message_that_was_refused_is_not_told(feed, commit, steps):
    commit(steps.received(code="document.invalid"))
    assert read_all(feed, None)[0] == []


def test_system_is_told_only_of_what_it_sees(feed, commit, steps, database):
    mine, other, nobodys = steps.sent(), steps.received(), steps.received()
    commit(mine, other, nobodys, steps.receipted(mine))
    put(database, {key_of(mine): ALERTS, key_of(other): HITS})
    assert indexes(read_all(feed, ENGINE)[0]) == [0, 3]
    assert indexes(read_all(feed, AUDITOR)[0]) == [0, 1, 2, 3]


def test_disabled_system_is_told_nothing_and_gets_to_the_end(feed, commit, steps, database):
    mine = steps.sent()
    commit(mine)
    put(database, {key_of(mine): ALERTS})
    page = feed.after(-1, limit=5, system=system_of(is_active=False))
    assert (page.items, page.is_last) == ((), True)


def test_operator_is_told_nothing_and_gets_to_the_end(feed, commit, steps):
    commit(steps.sent(), steps.received())
    page = feed.after(-1, limit=5, system=system_of(Role.OPERATOR, EVERYTHING, EVERYTHING))
    assert (page.items, page.position, page.is_last) == ((), 1, True)


def test_message_given_to_a_unit_later_is_told_from_then_on(feed, commit, steps, database):
    received = steps.received()
    commit(received)
    position = read_all(feed, ENGINE)[1][-1].position
    given = told(Kind.MESSAGE_ASSIGNED, from_="UZ-CC", re=received.change.id, unit="PCU-ALYAT")
    commit(given)
    put(database, {key_of(received): ALERTS})
    assert indexes(read_all(feed, ENGINE, position=position)[0]) == [1]


ANALYST = system_of(Role.ANALYST, types=frozenset({"alert", "pre-arrival-notice"}))
NOTICES = Concerned(frozenset({"pre-arrival-notice"}), frozenset({"PCU-ALYAT"}))


@pytest.mark.parametrize(
    ("sees_notice", "sees_alert", "is_told"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_match_is_told_only_to_who_sees_notice_and_alert(
    feed, commit, steps, database, sees_notice, sees_alert, is_told
):
    notice, alert = steps.received(), steps.received(originator="TM-SCS")
    commit(notice, alert)
    seen = [(notice, NOTICES, sees_notice), (alert, ALERTS, sees_alert)]
    put(database, {key_of(step): about for step, about, is_seen in seen if is_seen})
    first = commit(matched(notice, alert))
    assert (first in indexes(read_all(feed, ANALYST)[0])) is is_told


def test_match_with_a_watch_list_item_and_its_decision_are_about_the_notice(
    feed, commit, steps, database
):
    notice = steps.received()
    commit(
        notice,
        matched(notice, score=80, watch="w1"),
        matched(notice, kind=Kind.MATCH_DECIDED, decision="dismissed", by="analysts"),
    )
    put(database, {key_of(notice): NOTICES})
    assert indexes(read_all(feed, ANALYST)[0]) == [0, 1, 2]


def test_match_is_not_told_to_a_role_that_does_not_read_matches(feed, commit, steps):
    notice = steps.received()
    commit(notice, matched(notice, steps.received()))
    everything = system_of(Role.SYSTEM, EVERYTHING, EVERYTHING)
    assert indexes(read_all(feed, everything)[0]) == [0]


def test_event_about_a_message_that_is_not_held_is_passed_over(feed, commit, steps):
    commit(told(Kind.MESSAGE_ASSIGNED, from_="UZ-CC", re=steps.id(), unit="HQ"), steps.sent())
    assert indexes(read_all(feed, None)[0]) == [1]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 40), look=st.integers(1, 40), reach=st.integers(1, 60))
def test_feed_in_pages_of_any_size_is_the_same_feed(life, monkeypatch, limit, look, reach):
    feed, expected = life
    with monkeypatch.context() as patch:
        patch.setattr(feed_module, "_LOOK", look)
        patch.setattr(feed_module, "_REACH", reach)
        for system, wanted in expected.items():
            events, pages = read_all(feed, system, limit=limit)
            assert indexes(events) == wanted
            assert max(len(page.items) for page in pages) <= limit


@pytest.fixture
def life(feed, commit, steps, database):
    """A log of some length, and the events that each of three readers must be told."""
    messages = [steps.sent() if number % 3 else steps.received() for number in range(60)]
    about = {}
    for number, step in enumerate(messages):
        commit(step, *(steps.event() for _ in range(number % 4)))
        if number % 7 == 0:
            about[key_of(step)] = ALERTS
        elif number % 5 == 0:
            about[key_of(step)] = HITS
    put(database, about)
    everything = indexes(read_all(feed, None, limit=MAX_PAGE)[0])
    mine = [
        one.index for one in read_all(feed, None, limit=MAX_PAGE)[0] if about.get(_key_in(one)) == ALERTS
    ]
    assert len(everything) == 60
    assert len(mine) == 9
    return feed, {None: everything, AUDITOR: everything, ENGINE: mine}


def _key_in(one):
    message = one.value["data"]["message"]
    return (OURS if message["direction"] == "sent" else message["originator"]), message["id"]


def test_feed_from_a_position_gives_what_comes_after_it(feed, commit, steps):
    commit(*(steps.sent() for _ in range(5)))
    assert indexes(feed.after(2, limit=9, system=None).items) == [3, 4]
    page = feed.after(9, limit=9, system=None)
    assert (page.items, page.position, page.is_last) == ((), 9, True)


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (3, 3), (10**9, 7)])
def test_feed_limit_is_kept_within_its_bounds(feed, commit, steps, asked, given):
    commit(*(steps.sent() for _ in range(7)))
    assert len(feed.after(-1, limit=asked, system=None).items) == given


def test_item_gives_one_event_to_whom_it_may_be_told(feed, commit, steps, database):
    mine, other = steps.sent(), steps.sent()
    commit(steps.opened(), mine, other)
    put(database, {key_of(mine): ALERTS})
    assert feed.item(1, system=ENGINE) == feed.after(0, limit=1, system=None).items[0]
    assert feed.item(2, system=ENGINE) is None
    assert feed.item(0, system=None) is None
    assert feed.item(3, system=None) is None


@pytest.mark.parametrize("count", [1, 50, 400])
@pytest.mark.parametrize("system", [None, ENGINE], ids=["owner", "system"])
def test_page_takes_the_same_few_queries_whatever_its_size(feed, commit, steps, database, count, system):
    messages = [steps.sent() if number % 2 else steps.received() for number in range(count + 1)]
    commit(*messages)
    put(database, {key_of(step): ALERTS for step in messages})
    ran = []
    event.listen(database.engine, "before_cursor_execute", lambda *values: ran.append(values[2]))
    assert len(feed.after(-1, limit=count + 1, system=system).items) == count + 1
    assert len(ran) == (4 if system is None else 5)


def test_page_walks_no_table_and_sorts_nothing(feed, commit, steps, database):
    messages = [steps.sent(), steps.received()]
    commit(*messages)
    put(database, {key_of(step): ALERTS for step in messages})
    ran = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    feed.after(-1, limit=5, system=ENGINE)
    asked = list(ran)
    with database.reading() as connection:
        plans = [
            row[3]
            for sql, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    walks = [step for step in plans if step.startswith("SCAN ") and step != "SCAN CONSTANT ROW"]
    assert walks in ([], ["SCAN head"])  # head has one row
    assert not [step for step in plans if "TEMP B-TREE" in step]
