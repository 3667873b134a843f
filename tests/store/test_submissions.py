"""First answers under callers' keys."""

import pytest

from node.errors import CallerError
from node.store.journal import Batch
from node.store.submissions import ForgetSubmissions, PutSubmission, Submissions
from tests.store.conftest import NOW


def put(key="rest/k", *, system="risk-engine", error=None, at=NOW, is_new=True):
    return PutSubmission(system, key, b"d" * 32, "0190-id", is_new, error, at)


@pytest.fixture
def submissions(database):
    return Submissions(database)


def test_found_gives_what_was_put(journal, submissions):
    first, second = put(), put("rest/l", is_new=False)
    journal.commit(Batch(records=[first, second]))
    asked = [("risk-engine", "rest/k"), ("risk-engine", "rest/l"), ("risk-engine", "rest/m")]
    assert submissions.found(asked) == {asked[0]: first, asked[1]: second}


def test_found_of_another_system_is_not_given(journal, submissions):
    journal.commit(Batch(records=[put()]))
    assert submissions.found([("port-system", "rest/k")]) == {}
    assert submissions.found([]) == {}


def test_refusal_is_given_as_it_was(journal, submissions):
    error = CallerError("document.invalid", "a fact", hint="do this", pointer="/a/0")
    journal.commit(Batch(records=[put(error=error)]))
    (found,) = submissions.found([("risk-engine", "rest/k")]).values()
    same = ("code", "message", "hint", "pointer")
    assert [getattr(found.error, name) for name in same] == [getattr(error, name) for name in same]


def test_first_answer_stays(journal, submissions):
    journal.commit(Batch(records=[put()]))
    journal.commit(Batch(records=[put(is_new=False)]))
    (found,) = submissions.found([("risk-engine", "rest/k")]).values()
    assert found.is_new is True


def test_forget_deletes_what_is_older(journal, submissions):
    journal.commit(Batch(records=[put("rest/old", at=NOW - 1), put("rest/new", at=NOW)]))
    journal.commit(Batch(records=[ForgetSubmissions(NOW)]))
    asked = [("risk-engine", "rest/old"), ("risk-engine", "rest/new")]
    assert list(submissions.found(asked)) == [asked[1]]


def test_answer_is_not_kept_when_the_batch_is_not_written(journal, submissions, steps):
    sent = steps.sent()
    journal.commit(Batch([sent]))
    with pytest.raises(Exception, match="UNIQUE"):
        journal.commit(Batch([sent], records=[put()]))
    assert submissions.found([("risk-engine", "rest/k")]) == {}
