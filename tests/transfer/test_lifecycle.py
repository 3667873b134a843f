import dataclasses
from itertools import product

import pytest

from node.audit.event import Entry, Kind
from node.transfer.lifecycle import EVENTS_WITHOUT_STATE, TRANSITIONS, State, Transition

BEFORE = (None, *State)
STEPS = list(product(BEFORE, Kind, BEFORE))


def entry_of(kind):
    return Entry(raw=b"{}", kind=kind, at=0, log="x", members={})


def is_allowed(before, kind, after):
    if after is None:
        return before is None and kind in EVENTS_WITHOUT_STATE
    return after in TRANSITIONS.get((before, kind), ())


ALLOWED = [step for step in STEPS if is_allowed(*step)]
REFUSED = [step for step in STEPS if not is_allowed(*step)]


@pytest.mark.parametrize(("before", "kind", "after"), ALLOWED)
def test_transition_in_the_table_is_made(before, kind, after):
    step = Transition(entry=entry_of(kind), before=before, after=after)
    assert (step.before, step.entry.kind, step.after) == (before, kind, after)


def test_transition_not_in_the_table_is_refused():
    for before, kind, after in REFUSED:
        with pytest.raises(ValueError, match="no such step"):
            Transition(entry=entry_of(kind), before=before, after=after)


def test_transitions_of_the_table_are_those_of_the_protocol():
    assert {
        (before, kind.value): {*map(str, after)} for (before, kind), after in TRANSITIONS.items()
    } == {
        (None, "message.sealed"): {"sealed"},
        (None, "message.refused"): {"refused"},
        (None, "message.received"): {"accepted", "refused"},
        ("sealed", "message.receipted"): {"receipted", "returned"},
        ("sealed", "message.expired"): {"expired"},
        ("expired", "message.receipted"): {"receipted", "returned"},
        ("accepted", "message.duplicate"): {"accepted"},
        ("refused", "message.duplicate"): {"refused"},
    }


def test_transition_answered_message_never_changes_again():
    final = {State.RECEIPTED, State.RETURNED}
    assert not [key for key in TRANSITIONS if key[0] in final]


def test_transition_duplicate_never_changes_a_state():
    for (before, kind), after in TRANSITIONS.items():
        assert kind is not Kind.MESSAGE_DUPLICATE or after == {before}


def test_event_without_state_is_never_also_a_step_of_a_message():
    assert not EVENTS_WITHOUT_STATE & {kind for _, kind in TRANSITIONS}


@pytest.mark.parametrize(
    "kind",
    [
        Kind.NETWORK_FOUNDED,
        Kind.AUTHORITY_ADDED,
        Kind.AUTHORITY_SUSPENDED,
        Kind.AGREEMENT_ADDED,
    ],
)
def test_transition_entry_of_a_directory_is_no_step_of_ours(kind):
    with pytest.raises(ValueError, match="no such step"):
        Transition(entry=entry_of(kind))


def test_transition_without_an_entry_cannot_be_made():
    with pytest.raises(TypeError, match="entry"):
        Transition(after=State.SEALED)


def test_transition_made_cannot_be_changed():
    step = Transition(entry=entry_of(Kind.NODE_STOPPED))
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.after = State.SEALED
