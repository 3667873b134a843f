import pytest
from sqlalchemy import event

from node.conversation.course import Act
from node.conversation.event import Event
from node.conversation.facts import Ref
from node.conversation.page import Page
from node.store import tables
from node.store.cases import MAX_DOCUMENTS, Cases
from node.store.register import Entries
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, NOTICE, REQUEST, UZ, lead, said

TM = "TM-SCS"
OTHER = Ref("alert", UZ, "UZ-ALR-2")
ACCEPTED = said("acceptance", AZ, "AZ-ACC-1", at=NOON + HOUR, target=ALERT)


def page(*spoken, leader=ALERT, peer=UZ, now=NOON):
    made = Page(AZ, peer, leader)
    for each in spoken:
        made.add(each)
    made.turn(Deadlines(), now=now)
    return made


def mentions(*pages):
    for each in pages:
        for one in each.said.values():
            named = [one.what.ref, *one.notices, *([one.target.ref] if one.target else [])]
            yield from ((one.id, ref) for ref in named)


@pytest.fixture
def cases(database):
    return Cases(AZ, database)


@pytest.fixture
def write(commit):
    """Write pages into the register, as the registrar does."""

    def write(*pages, more=(), now=NOON):
        commit(register=Entries(pages, (), [*mentions(*pages), *more], 0, now))

    return write


def leads(case):
    return [(each.peer, each.lead) for each in case.pages]


ABOUT = lead(notices=(NOTICE,), at=NOON + 1, delivered_at=NOON + 1)


@pytest.fixture
def linked(write):
    """A notice, an alert about it with its acceptance, and an alert that has nothing to do with them."""
    write(
        page(lead(NOTICE), ABOUT, leader=NOTICE),
        page(ABOUT, ACCEPTED),
        page(lead(OTHER, at=NOON + 5), leader=OTHER),
    )


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("wanted", [lead(NOTICE).id, ABOUT.id, ACCEPTED.id])
def test_gather_finds_what_is_linked_from_any_document_by_its_id(cases, wanted):
    case = cases.gather(wanted)
    assert leads(case) == [(UZ, NOTICE), (UZ, ALERT)]
    assert (case.documents, case.is_whole) == (3, True)


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(
    ("message", "made"), [(ABOUT, "received"), (ACCEPTED, "sent"), (lead(NOTICE), "received")]
)
def test_gather_finds_a_case_by_a_reference_of_ours_or_of_a_peer(cases, commit, steps, message, made):
    reference = message.what.ref.reference
    commit(getattr(steps, made)(id_=steps.id(), reference="elsewhere"))
    with cases._database.writing() as connection:
        values = {"id": message.message_id, "reference": reference}
        table = {"sent": tables.sent, "received": tables.received}[made]
        if made == "received":
            values["originator"] = message.author
        connection.execute(table.update().values(values))
    assert leads(cases.gather(reference)) == [(UZ, NOTICE), (UZ, ALERT)]


@pytest.mark.usefixtures("linked")
def test_gather_leaves_out_what_is_not_linked(cases):
    assert leads(cases.gather(lead(OTHER, at=NOON + 5).id)) == [(UZ, OTHER)]


@pytest.mark.usefixtures("linked")
def test_gather_of_what_nobody_knows_is_none(cases):
    assert cases.gather("nothing") is None


def test_gather_does_not_take_a_message_that_was_refused_for_one_that_was_said(cases, commit, steps):
    commit(steps.received(reference="R", code="document.malformed"))
    assert cases.gather("R") is None


def test_gather_puts_what_has_not_begun_last(cases, write):
    waiting = page(said("hit", AZ, at=NOON - DAY, target=ALERT))
    begun = page(lead(at=NOON), peer=TM)
    write(waiting, begun, more=[(lead(at=NOON).id, ALERT)])
    assert leads(cases.gather(lead(at=NOON).id)) == [(TM, ALERT), (UZ, ALERT)]


def test_gather_of_more_than_is_followed_is_a_part(cases, write):
    half = range(MAX_DOCUMENTS // 2 - 1)
    answers = [said("hit", AZ, f"H{number}", target=ALERT) for number in half]
    answers += [said("incident", UZ, f"I{number}", target=ALERT) for number in half]
    write(page(lead(), *answers))
    case = cases.gather(lead().id)
    assert (case.documents, case.is_whole) == (MAX_DOCUMENTS - 1, True)
    write(page(lead(), *answers), more=[("one", ALERT), ("too many", ALERT)])
    case = cases.gather(lead().id)
    assert (case.documents, case.is_whole) == (MAX_DOCUMENTS, False)


def test_listed_gives_what_moved_last_first(cases, write):
    write(page(lead()), now=NOON)
    write(page(lead(OTHER), leader=OTHER), now=NOON + 1)
    write(page(said("seizure", AZ, target=Ref("control-result", AZ, "C")), leader=REQUEST))
    assert [each.lead for each in cases.listed()] == [OTHER, ALERT]


def test_listed_can_be_of_one_peer_or_of_what_is_open(cases, write):
    control = said("control-result", AZ, at=NOON + 1, target=ALERT)
    recall = said("recall", UZ, at=NOON + 1, target=OTHER)
    write(page(lead(), control), page(lead(), peer=TM), page(lead(OTHER), recall, leader=OTHER))
    assert [(each.peer, each.agreed) for each in cases.listed(only_open=True)] == [
        (TM, "open"),
        (UZ, "recalled"),
    ]
    assert [each.peer for each in cases.listed(peer=TM)] == [TM]
    assert list(cases.listed(peer=TM)) == list(cases.listed(peer=TM, only_open=True))


def test_listed_reads_more_than_one_query_holds(cases, write):
    pages = [
        page(lead(Ref("alert", UZ, f"R{number}")), leader=Ref("alert", UZ, f"R{number}"))
        for number in range(450)
    ]
    write(*pages)
    assert {each.lead for each in cases.listed()} == {each.lead for each in pages}


def test_owing_gives_only_where_something_may_be_owed(cases, write):
    done = said("control-result", AZ, at=NOON + 1, target=OTHER)
    write(
        page(lead(delivered_at=NOON)),
        page(lead(OTHER, delivered_at=NOON), done, leader=OTHER),
        page(lead(NOTICE, delivered_at=NOON), leader=NOTICE),
        page(lead(REQUEST), leader=REQUEST),
    )
    assert [each.lead for each in cases.owing()] == [ALERT, REQUEST]


def test_pages_are_as_they_were_written(cases, write):
    made = page(lead(delivered_at=NOON), ACCEPTED)
    made.acts.append(Act(Event.READ, NOON + 1))
    write(made)
    (kept,) = cases.listed()
    assert kept == made


@pytest.mark.usefixtures("linked")
def test_gather_walks_no_table_that_only_grows(cases, database):
    ran = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    cases.gather(ABOUT.id)
    statements = [each for each in ran if each[0].startswith("SELECT")]
    with database.reading() as connection:
        plans = [
            row[3]
            for sql, values in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    assert len(statements) >= 7
    assert [step for step in plans if step.startswith("SCAN ") and "CONSTANT" not in step] == []
