"""A submission asks whether its caller may send, before anything is sealed."""

from node.errors import CallerError
from node.transfer.lifecycle import State
from node.transfer.outgoing import prepare
from node.transfer.submission import Caller, Submission
from tests.world import NOW, alert, sender_of


def caller(may_send) -> Caller:
    return Caller("risk-engine", "rest", "k", b"digest", may_send)


def test_submission_of_a_caller_that_may_send_is_sealed_with_whom_it_concerns():
    asked = []
    done = prepare(Submission(alert(), caller=caller(asked.append)), sender_of(), now=NOW)
    assert done.transition.after is State.SEALED
    assert [document.type for document in asked] == ["alert/1"]
    assert done.transition.change.concern.types == ("alert",)


def test_submission_of_a_caller_that_may_not_send_is_refused_and_recorded():
    def refuse(_document):
        raise CallerError("access.unit", "not this unit", pointer="/originator/unit")

    done = prepare(Submission(alert(), caller=caller(refuse)), sender_of(), now=NOW)
    assert done.error.code == "access.unit"
    assert done.transition.after is State.REFUSED
    assert done.transition.entry.members["pointer"] == "/originator/unit"
