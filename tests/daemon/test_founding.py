import pytest

from node.daemon.founding import (
    Foundation,
    cosign_directory,
    extend_directory,
    found_network,
    join_network,
)
from node.errors import OperatorError, PeerError
from node.trust.directory import draft_directory, read_directory
from tests.conftest import CHEAP

pytestmark = pytest.mark.broker
PASSPHRASE = b"passphrase"


def cards(stage, *authorities: str) -> list[bytes]:
    return [(stage.home(authority) / "card.json").read_bytes() for authority in authorities]


def found(stage, key_file, **changes):
    given = {"holders": ["AZ-SCC", "UZ-CC"], "threshold": 2, **changes}
    return found_network(
        Foundation("other.example", given["threshold"]),
        cards(stage, "AZ-SCC", "UZ-CC"),
        given["holders"],
        key_file=key_file,
        passphrase=PASSPHRASE,
        now=1_800_000_000_000,
        cost=CHEAP,
    )


def test_founded_directory_counts_only_once_enough_holders_have_cosigned(make_stage, tmp_path):
    stage = make_stage()
    raw = found(stage, tmp_path / "d.key")
    one = cosign_directory(raw, stage.keys("AZ-SCC").holder, now=1_800_000_000_000)
    with pytest.raises(PeerError):
        read_directory(one)
    both = cosign_directory(one, stage.keys("UZ-CC").holder, now=1_800_000_000_000)

    assert set(read_directory(both).authorities) == {"AZ-SCC", "UZ-CC"}


def test_cosigning_twice_counts_once(make_stage, tmp_path):
    stage = make_stage()
    raw = found(stage, tmp_path / "d.key")
    for _ in range(2):
        raw = cosign_directory(raw, stage.keys("AZ-SCC").holder, now=1_800_000_000_000)

    with pytest.raises(PeerError):
        read_directory(raw)


def test_founding_with_a_holder_without_card_is_refused(make_stage, tmp_path):
    with pytest.raises(OperatorError) as caught:
        found(make_stage(), tmp_path / "d.key", holders=["AZ-SCC", "TM-SCS"])

    assert caught.value.code == "network.no_card"


def test_founding_with_too_high_a_threshold_leaves_no_key_behind(make_stage, tmp_path):
    with pytest.raises(PeerError):
        found(make_stage(), tmp_path / "d.key", threshold=3)

    assert not (tmp_path / "d.key").exists()


def test_cosigning_by_nobody_among_the_holders_is_refused(make_stage, tmp_path):
    stage = make_stage()
    raw = found(stage, tmp_path / "d.key")

    with pytest.raises(OperatorError) as caught:
        cosign_directory(raw, stage.keys("TM-SCS").holder, now=1)

    assert caught.value.code == "network.not_holder"


def test_extending_with_another_directorys_key_is_refused(make_stage, tmp_path):
    stage = make_stage()
    raw = found(stage, tmp_path / "d.key")
    found(stage, tmp_path / "e.key")

    with pytest.raises(OperatorError) as caught:
        extend_directory(raw, key_file=tmp_path / "e.key", passphrase=PASSPHRASE, now=1)

    assert caught.value.code == "network.wrong_key"


def test_extended_directory_needs_the_holders_again(make_stage, tmp_path):
    stage = make_stage()
    raw = found(stage, tmp_path / "d.key")
    for holder in ("AZ-SCC", "UZ-CC"):
        raw = cosign_directory(raw, stage.keys(holder).holder, now=1_800_000_000_000)
    extended = extend_directory(
        raw, cards=cards(stage, "TM-SCS"), key_file=tmp_path / "d.key", passphrase=PASSPHRASE, now=1
    )

    with pytest.raises(PeerError):
        read_directory(extended)
    assert "TM-SCS" in draft_directory(extended)[0].authorities


def test_joining_an_older_directory_is_refused(make_stage):
    stage = make_stage()
    settings = stage.settings("AZ-SCC")
    current = settings.directory.read_bytes()
    raw = extend_directory(
        current,
        suspend=[("TM-SCS", "test")],
        key_file=stage.folder / "directory.key",
        passphrase=(stage.home("AZ-SCC") / "passphrase").read_bytes(),
        now=1_900_000_000_000,
    )
    for holder in ("AZ-SCC", "UZ-CC"):
        raw = cosign_directory(raw, stage.keys(holder).holder, now=1_900_000_000_000)
    join_network(settings, raw, fingerprint=settings.fingerprint)

    with pytest.raises(PeerError) as caught:
        join_network(settings, current, fingerprint=settings.fingerprint)

    assert caught.value.code == "directory.unproven"
    assert settings.directory.read_bytes() == raw
