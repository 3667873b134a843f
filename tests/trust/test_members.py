from dataclasses import replace

import pytest

from node.audit.checkpoint import LogSigner
from node.audit.event import Kind, read_entry
from node.errors import PeerError, Refusal
from node.trust.card import Card, write_card
from node.trust.members import Members, replay
from tests.world import AZ, TM, added, in_directory, suspended


def rewritten(card: Card, **changes) -> Card:
    """The same member's card with some lines changed."""
    lines = {
        "id_": card.id,
        "name": card.name,
        "country": card.country,
        "units": card.units,
        "contact": card.contact,
        "log": card.log,
        "witness": card.witness,
        "holder": card.holder,
        "encryption": card.encryption,
    }
    return write_card(**{**lines, **changes})


def next_epoch(card: Card) -> Card:
    origin = card.log.origin + "-2"
    return rewritten(card, log=LogSigner(origin, bytes([7]) * 32, bytes([8]) * 32).verifier)


def test_replay_keeps_the_log_of_a_card_that_was_replaced():
    newer = next_epoch(AZ.card)
    members = replay(map(read_entry, [added(AZ.card), added(newer)]))

    assert members.authorities["AZ-SCC"].card == newer
    assert members.logs[AZ.card.log.origin] == ("AZ-SCC", AZ.card.log)
    assert members.logs[newer.log.origin] == ("AZ-SCC", newer.log)


def test_replay_of_a_new_card_after_a_suspension_reinstates():
    members = replay(map(read_entry, [added(AZ.card), suspended("AZ-SCC"), added(next_epoch(AZ.card))]))

    assert not members.authorities["AZ-SCC"].is_suspended


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(rewritten(TM.card, witness=AZ.card.witness), id="another's witness key"),
        pytest.param(rewritten(TM.card, holder=AZ.card.holder), id="another's holder key"),
        pytest.param(rewritten(TM.card, log=AZ.card.log), id="another's log"),
        pytest.param(rewritten(TM.card, holder=AZ.card.witness), id="another's witness key as holder"),
        pytest.param(
            rewritten(TM.card, witness=replace(TM.card.witness, name=AZ.card.witness.name)),
            id="another's name",
        ),
        pytest.param(
            rewritten(AZ.card, log=LogSigner(AZ.card.log.origin, bytes(32), bytes([1]) * 32).verifier),
            id="own name with another key",
        ),
    ],
)
def test_replay_of_a_key_or_name_in_use_is_refused(second):
    with pytest.raises(PeerError) as caught:
        replay(map(read_entry, [added(AZ.card), added(second)]))

    assert caught.value.refusal is Refusal.DIRECTORY_MALFORMED


def test_replay_of_an_unknown_suspended_member_is_refused():
    with pytest.raises(PeerError, match="unknown authority"):
        replay([read_entry(suspended("AZ-SCC"))])


def test_replay_of_an_entry_of_no_directory_is_refused():
    with pytest.raises(PeerError, match="does not belong"):
        replay([read_entry(in_directory(Kind.NODE_STOPPED))])


def test_replay_of_nothing_knows_nobody():
    assert replay([]) == Members()
