"""Whom messages concern: written with them, inherited by what follows, filled in for older databases."""

import pytest
from sqlalchemy import delete

from node.audit.event import Kind, write_entry
from node.message.concern import OURS, Concern, Followed
from node.store.concerns import FOLLOWS, Subject, _ids_of, fill
from node.store.journal import Batch
from node.store.national_tables import concern
from node.transfer.lifecycle import AssignedMessage, Transition
from tests.spoken import EXAMPLES
from tests.store.conftest import LOG, NOW

ALERT = Concern(("alert",), "PCU-ALYAT", ("AZ001003", "AZ001004"))


def concerning(step, about):
    """Give a step whose message concerns somebody."""
    fields = {name: getattr(step.change, name) for name in step.change.__slots__}
    change = type(step.change)(**{**fields, "concern": about})
    return Transition(
        entry=step.entry, before=step.before, after=step.after, change=change, due_to=step.due_to
    )


@pytest.fixture
def of(rows):
    """Give the concerns of a message as `kind:value`."""

    def read(message_id):
        query = f"SELECT kind || ':' || value FROM concern WHERE id = '{message_id}'"  # noqa: S608
        query += f" AND kind != '{FOLLOWS}'"
        return {row[0] for row in rows(query)}

    return read


def assigned(message_id, unit, originator="UZ-CC"):
    entry = write_entry(
        Kind.MESSAGE_ASSIGNED, at=NOW, log=LOG, re=message_id, from_=originator, unit=unit
    )
    return Transition(entry=entry, change=AssignedMessage(originator, message_id, unit))


def test_sent_message_concerns_its_unit_type_and_offices(journal, steps, of):
    step = concerning(steps.sent(), ALERT)
    journal.commit(Batch([step]))
    expected = {"type:alert", "unit:PCU-ALYAT", "office:AZ001003", "office:AZ001004"}
    assert of(step.change.id) == expected


def test_received_message_concerns_no_unit_of_its_originator(journal, steps, of):
    step = concerning(steps.received(), ALERT)
    journal.commit(Batch([step]))
    assert of(step.change.id) == {"type:alert", "office:AZ001003", "office:AZ001004"}


def test_assigned_message_concerns_the_unit_once(journal, steps, of):
    step = concerning(steps.received(), Concern(("alert",), "NIAC", ()))
    given = assigned(step.change.id, "PCU-ALYAT")
    journal.commit(Batch([step, given]))
    journal.commit(Batch([assigned(step.change.id, "PCU-ALYAT")]))
    assert of(step.change.id) == {"type:alert", "unit:PCU-ALYAT"}


def test_answer_concerns_the_unit_of_what_it_answers(journal, steps, of):
    ours = concerning(steps.sent(reference="AZ-1"), ALERT)
    follows = Followed(OURS, "alert", "AZ-1")
    answer = concerning(steps.received(type="hit/1"), Concern(("hit",), "NIAC", (), follows))
    journal.commit(Batch([ours, answer]))  # in one batch: as after a long absence
    expected = {"type:hit", "unit:PCU-ALYAT", "office:AZ001003", "office:AZ001004"}
    assert of(answer.change.id) == expected


def test_answer_to_a_document_of_the_same_reference_of_somebody_else_inherits_nothing(
    journal, steps, of
):
    ours = concerning(steps.sent(reference="AZ-1"), ALERT)
    follows = Followed("TM-SCS", "alert", "AZ-1")
    answer = concerning(steps.received(type="hit/1"), Concern(("hit",), "NIAC", (), follows))
    journal.commit(Batch([ours, answer]))
    assert of(answer.change.id) == {"type:hit"}


def test_our_answer_concerns_the_unit_that_was_given_what_it_answers(journal, steps, of):
    theirs = concerning(steps.received(reference="UZ-1"), Concern(("alert",), "NIAC", ("AZ001004",)))
    follows = Followed("UZ-CC", "alert", "UZ-1")
    about = Concern(("acceptance",), "HQ", (), follows)
    answer = concerning(steps.sent(), about)
    journal.commit(Batch([theirs, assigned(theirs.change.id, "PCU-ALYAT")]))
    journal.commit(Batch([answer]))
    expected = {"type:acceptance", "unit:HQ", "unit:PCU-ALYAT", "office:AZ001004"}
    assert of(answer.change.id) == expected


@pytest.mark.parametrize("originator", [OURS, "UZ-CC"])
def test_versions_of_a_document_are_found_by_index(database, originator):
    query = _ids_of(Subject(originator, "alert", "R"))
    sql = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [step for step in plan if step.startswith("SCAN")]


def recalling(steps):
    follows = Followed("UZ-CC", "alert", "UZ-1")
    return concerning(steps.received(type="recall/1"), Concern(("recall", "alert"), "NIAC", (), follows))


def alerting(steps, **columns):
    alert = steps.received(reference="UZ-1", **columns)
    return concerning(alert, Concern(("alert",), "NIAC", ("AZ001004",)))


def test_recall_that_overtakes_its_alert_concerns_whom_that_concerns(journal, steps, of):
    recall, alert = recalling(steps), alerting(steps)
    journal.commit(Batch([recall]))
    journal.commit(Batch([alert, assigned(alert.change.id, "PCU-ALYAT")]))
    assert {"office:AZ001004", "unit:PCU-ALYAT"} < of(recall.change.id)


def test_unit_that_is_given_an_alert_is_given_what_came_before_and_comes_after(journal, steps, of):
    alert, recall, later = alerting(steps), recalling(steps), alerting(steps, version=2)
    journal.commit(Batch([alert, recall]))
    journal.commit(Batch([assigned(alert.change.id, "PCU-ALYAT")]))
    journal.commit(Batch([later]))
    for step in (alert, recall, later):
        assert "unit:PCU-ALYAT" in of(step.change.id)


def test_answer_does_not_choose_who_sees_what_it_answers(journal, steps, of):
    ours = concerning(steps.sent(reference="AZ-1"), Concern(("alert",), "PCU-ALYAT", ()))
    follows = Followed(OURS, "alert", "AZ-1")
    about = Concern(("hit",), "NIAC", ("AZ009999",), follows)
    answer = concerning(steps.received(type="hit/1"), about)
    journal.commit(Batch([ours]))
    journal.commit(Batch([answer, assigned(answer.change.id, "PCU-BAKU")]))
    assert of(ours.change.id) == {"type:alert", "unit:PCU-ALYAT"}


def test_version_of_another_originator_under_the_same_reference_is_another_document(journal, steps, of):
    theirs = alerting(steps)
    others = alerting(steps, originator="TM-SCS")
    journal.commit(Batch([theirs, others, assigned(theirs.change.id, "PCU-ALYAT")]))
    assert "unit:PCU-ALYAT" not in of(others.change.id)


def test_refused_message_concerns_nobody(journal, steps, of):
    step = steps.received(code="document.invalid")
    journal.commit(Batch([step]))
    assert of(step.change.id) == set()


def test_fill_writes_what_an_older_program_did_not(journal, steps, database, of):
    raw = (EXAMPLES / "alert-full.json").read_bytes()
    theirs = concerning(steps.received(document=raw, type="alert/1"), None)
    ours = concerning(steps.sent(document=raw), None)
    refused = steps.received(code="document.invalid")
    given = assigned(theirs.change.id, "PCU-TURKMENBASHI")
    journal.commit(Batch([steps.opened(), theirs, ours, refused, given]))
    with database.writing() as connection:
        connection.execute(delete(concern))
        fill(connection)
    assert {"type:alert", "unit:PCU-TURKMENBASHI"} < of(theirs.change.id)
    assert {"type:alert", "unit:NIAC"} < of(ours.change.id)
    assert of(refused.change.id) == set()


def test_fill_of_a_database_without_a_log_does_nothing(database, rows):
    with database.writing() as connection:
        fill(connection)
    assert rows("SELECT * FROM concern") == []
