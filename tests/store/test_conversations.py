"""Conversations as a system sees them: lists, positions, what is owed."""

import pytest
from sqlalchemy import event

from node.conversation.facts import Ref
from node.conversation.page import Page
from node.conversation.tables import State
from node.message.concern import OURS
from node.national.entitlement import Concerned
from node.national.scopes import Role
from node.national.system import EVERYTHING, System
from node.store.cases import Cases
from node.store.conversations import (
    Conversations,
    Owed,
    Position,
    Wish,
    as_seen,
    is_seen,
    seen_among,
)
from node.store.register import Entries
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, CODED, DAY, HOUR, NOON, NOTICE, UZ, lead, said
from tests.store.test_visibility import put

TM = "TM-SCS"
OURS_ALERT = Ref("alert", AZ, "AZ-ALR-1")
FULL = {**CODED["alert"], "priority": "urgent", "areas": ["drugs"]}


def system(*, units=EVERYTHING, types=EVERYTHING, is_active=True):
    return System("s1", "S", Role.SYSTEM, units, types, frozenset(), is_active)


ALL = system()
UNIT_A = system(units=frozenset({"A"}))
ALERTS_OF_A = system(units=frozenset({"A"}), types=frozenset({"alert"}))


def page(*spoken, leader=ALERT, peer=UZ, now=NOON):
    made = Page(AZ, peer, leader)
    for each in spoken:
        made.add(each)
    made.turn(Deadlines(), now=now)
    return made


def key(said):
    return (OURS if said.author == AZ else said.author), said.message_id


def about(unit, *types):
    return Concerned(frozenset(types), frozenset({unit}), frozenset())


THEIRS = lead(coded=FULL, delivered_at=NOON)
MINE = lead(OURS_ALERT, coded=FULL, delivered_at=NOON)
NEWS = lead(NOTICE, coded={"office": "AZ004701"}, delivered_at=NOON)
TAKEN = said("acceptance", AZ, "AZ-ACC-1", at=NOON + HOUR, target=ALERT)


@pytest.fixture
def kept(database, commit):
    """Three conversations, each moved an hour after the other; two of them concern unit A."""
    for number, each in enumerate(
        (
            page(NEWS, leader=NOTICE),
            page(THEIRS, TAKEN),
            page(MINE, leader=OURS_ALERT, peer=TM),
        )
    ):
        said_here = each.said.values()
        mentions = [(one.id, one.what.ref) for one in said_here]
        mentions += [(one.id, one.target.ref) for one in said_here if one.target]
        commit(register=Entries([each], (), mentions, 0, NOON + number * HOUR))
    put(
        database,
        {
            key(NEWS): about("B", "pre-arrival-notice"),
            key(THEIRS): about("A", "alert"),
            key(TAKEN): about("A", "acceptance"),
            key(MINE): about("A", "alert"),
        },
    )
    return Conversations(AZ, database)


def leads(found):
    return [each.lead for _, each in found]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (None, [OURS_ALERT, ALERT, NOTICE]),
        (ALL, [OURS_ALERT, ALERT, NOTICE]),
        (UNIT_A, [OURS_ALERT, ALERT]),
        (system(units=frozenset({"B"})), [NOTICE]),
        (system(units=frozenset({"B"}), types=frozenset({"alert"})), []),
        (system(is_active=False), []),
    ],
)
def test_listed_gives_those_whose_leading_document_is_seen(kept, who, expected):
    assert leads(kept.listed(who, Wish())) == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(peer=TM), [OURS_ALERT]),
        (Wish(state=State.ACCEPTED), [ALERT]),
        (Wish(is_open=True), [OURS_ALERT, ALERT, NOTICE]),
        (Wish(owes=True), [OURS_ALERT, ALERT]),
        (Wish(is_fixed=True), [OURS_ALERT, ALERT, NOTICE]),
    ],
)
def test_listed_can_be_narrowed_and_put_in_fixed_order(kept, wish, expected):
    assert leads(kept.listed(ALL, wish)) == expected


@pytest.mark.parametrize("is_fixed", [True, False])
@pytest.mark.parametrize("who", [ALL, UNIT_A])
def test_listed_goes_on_after_any_position(kept, who, is_fixed):
    wish = Wish(is_fixed=is_fixed)
    every = list(kept.listed(who, wish))
    for number, (position, _) in enumerate(every):
        assert leads(kept.listed(who, wish, after=position)) == leads(every[number + 1 :])


def test_listed_of_the_same_moment_goes_on_by_name(kept, commit):
    refs = [Ref("alert", UZ, f"UZ-{number:03}") for number in range(230)]
    pages = [page(lead(ref, coded=FULL), leader=ref) for ref in refs]
    commit(register=Entries(pages, (), (), 0, NOON + DAY))
    assert leads(kept.listed(ALL, Wish()))[:230] == refs
    middle = Position(NOON + DAY, "UZ-CC/alert/UZ-CC/UZ-099")
    assert leads(kept.listed(ALL, Wish(), after=middle))[0] == refs[100]


def test_led_by_gives_one_conversation_with_each_peer(kept, commit):
    commit(register=Entries([page(MINE, leader=OURS_ALERT)], (), (), 0, NOON))
    assert [one.peer for one in kept.led_by(UNIT_A, OURS_ALERT)] == [TM, UZ]
    assert kept.led_by(UNIT_A, NOTICE) == ()


def test_owing_gives_what_is_due_first_first_and_goes_on_after_any_position(kept):
    every = list(kept.owing(ALL, now=NOON))
    dues = [due.deadline.due for _, due in every]
    assert dues == sorted(dues)
    assert len(every) > 3
    for number, (at, _) in enumerate(every):
        assert list(kept.owing(ALL, now=NOON, after=at)) == every[number + 1 :]


def test_owing_can_be_narrowed_to_a_peer_and_to_what_is_overdue(kept):
    every = list(kept.owing(ALL, now=NOON))
    first = every[0][0].due
    assert {due.peer for _, due in kept.owing(ALL, now=NOON, peer=TM)} == {TM}
    assert all(at.due <= first for at, _ in kept.owing(ALL, now=first, overdue=True))
    assert list(kept.owing(ALL, now=NOON, overdue=True)) == []


def test_owing_leaves_out_what_is_not_seen(kept):
    seen = {due.lead for _, due in kept.owing(ALERTS_OF_A, now=NOON)}
    assert seen == {ALERT, OURS_ALERT}
    assert list(kept.owing(system(units=frozenset({"C"})), now=NOON)) == []


def test_owing_leaves_out_what_has_lapsed_since(kept):
    after = THEIRS.until + DAY
    assert list(kept.owing(ALL, now=after)) == []


def test_owing_of_a_document_that_is_not_seen_is_left_out(kept, database, commit):
    recall = said("recall", UZ, "UZ-RCL-1", at=NOON + HOUR, target=ALERT, delivered_at=NOON + HOUR)
    commit(register=Entries([page(THEIRS, recall)], (), (), 0, NOON + DAY))
    names = {due.deadline.name for _, due in kept.owing(ALL, now=NOON)}
    assert "recall-answer" in names
    hidden = {due.deadline.name for _, due in kept.owing(ALERTS_OF_A, now=NOON, peer=UZ)}
    assert "recall-answer" not in hidden
    with database.reading() as connection:
        assert seen_among(connection, ALERTS_OF_A, [recall.id], own=AZ) == frozenset()


def test_amendment_that_brings_the_leading_document_lets_it_be_seen(kept, database, commit):
    ref = Ref("alert", UZ, "UZ-ALR-9")
    brought = lead(ref, coded=FULL)
    bearer = said("amendment", UZ, "UZ-AMD-1", carries=brought.what, coded={**FULL, "until": NOON + DAY})
    commit(register=Entries([page(bearer, leader=ref)], (), (), 0, NOON))
    put(database, {key(bearer): about("A", "alert")})
    assert ref in leads(kept.listed(ALERTS_OF_A, Wish()))
    [found] = kept.led_by(ALERTS_OF_A, ref)
    assert is_seen(found, kept.seen_in(ALERTS_OF_A, [found]))


def test_is_seen_of_what_has_not_begun_is_by_what_waits():
    waiting = page(TAKEN)
    assert is_seen(waiting, {TAKEN.id})
    assert not is_seen(waiting, {"another"})
    begun = page(THEIRS, TAKEN)
    assert is_seen(begun, {THEIRS.id})
    assert not is_seen(begun, {TAKEN.id})


def test_as_seen_keeps_only_what_is_owed_for_what_is_seen():
    found = page(THEIRS)
    assert found.deadlines
    assert as_seen(found, set()).deadlines == ()
    assert as_seen(found, {THEIRS.id}) == found


def test_gather_follows_only_what_is_seen(kept, database):
    cases = Cases(AZ, database)
    everything = cases.gather(THEIRS.id)
    assert everything.documents == cases.gather(THEIRS.id, system=ALL).documents == 2
    assert cases.gather(THEIRS.id, system=ALERTS_OF_A).documents == 1
    assert cases.gather(TAKEN.id, system=ALERTS_OF_A) is None
    assert kept.seen_in(ALERTS_OF_A, everything.pages) == {THEIRS.id}


def test_owed_positions_order_by_time_first():
    assert Owed(1, "z", "z", "z") < Owed(2, "a", "a", "a")


def test_listed_looks_up_turns_and_concerns_by_index(kept, database):
    ran = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    assert list(kept.listed(UNIT_A, Wish()))
    sql, values = next(one for one in ran if "conversation.moved_at" in one[0])
    with database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    walks = [step for step in plan if step.startswith("SCAN ")]
    assert walks == ["SCAN conversation USING INDEX conversation_moved"]
