import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.event import Kind, write_entry
from node.audit.merkle import EMPTY_ROOT
from node.audit.note import MLDSA44Signer
from node.audit.verify import verify_log
from node.audit.witness import cosign
from node.errors import OperatorError

ORIGIN = "iren.example/tm-scs/2026"


def entries(count, origin=ORIGIN):
    first = write_entry(Kind.LOG_OPENED, at=0, log=origin, authority="TM-SCS")
    rest = [write_entry(Kind.NODE_STOPPED, at=number, log=origin) for number in range(1, count)]
    return [entry.raw for entry in (first, *rest)][:count]


@pytest.fixture(scope="module")
def sound(make_log):
    return make_log(entries(40))


def check(log, raws=None, *, sizes=(), notes=None, cosignatures=()):
    signed = {size: log.note(size).encode() for size in sizes} | (notes or {})
    return verify_log(
        log.entries if raws is None else raws,
        log=log.verifier,
        checkpoints=signed,
        cosignatures=cosignatures,
    )


@given(st.integers(0, 40), st.sets(st.integers(0, 40), max_size=3))
@settings(max_examples=40, deadline=None)
def test_verify_log_sound_log_of_any_size_is_reported(sound, size, sizes):
    sizes = {one for one in sizes if one <= size}
    report = check(sound, sound.entries[:size], sizes=sizes)
    assert (report.size, report.root) == (size, sound.root(size))
    assert report.checkpoints == len(sizes)
    assert sum(report.kinds.values()) == size


def test_verify_log_empty_log_has_the_empty_head(sound):
    report = check(sound, [], sizes=[0])
    assert (report.size, report.root, report.checkpoints) == (0, EMPTY_ROOT, 1)


def test_verify_log_published_log_is_sound(published):
    report = verify_log(
        (entry.encode() for entry in published["entries"]),
        log=published["verifier"],
        checkpoints={row["size"]: row["note"] for row in published["checkpoints"]},
    )
    assert (report.size, report.checkpoints) == (300, len(published["checkpoints"]))
    assert report.kinds[Kind.LOG_OPENED] == 1


def test_verify_log_cosignatures_are_counted_where_the_head_is_kept(sound, witness):
    lines = [
        (size, witness.verifier, cosign(sound.head(size), witness, seconds=1)) for size in (5, 9, 20)
    ]
    report = check(sound, sizes=[5, 20], cosignatures=lines)
    assert report.cosignatures == 2


@given(st.integers(0, 39), st.integers(min_value=0), st.integers(1, 255))
@settings(max_examples=80, deadline=None)
def test_verify_log_one_byte_changed_in_any_entry_is_broken(sound, index, position, mask):
    raws = list(sound.entries)
    raw = bytearray(raws[index])
    raw[position % len(raw)] ^= mask
    raws[index] = bytes(raw)
    with pytest.raises(OperatorError) as caught:
        check(sound, raws, sizes=[40])
    assert caught.value.code == "log.broken"


@pytest.mark.parametrize(
    ("fact", "change"),
    [
        ("the signed head", lambda raws: raws[:5] + raws[6:] + raws[-1:]),
        ("not the head of these entries", lambda raws: [*raws[:5], raws[6], raws[5], *raws[7:]]),
        ("a head of 40 entries was signed, there are 39", lambda raws: raws[:-1]),
        ("entry 0: node.stopped", lambda raws: raws[1:]),
        ("entry 1: log.opened", lambda raws: raws[:1] * 2),
        ("entry 3: not canonical", lambda raws: [*raws[:3], b"", *raws[4:]]),
        ("does not belong here", lambda raws: [*raws[:3], *entries(4, "other/log")[3:], *raws[4:]]),
    ],
)
def test_verify_log_entries_that_are_not_the_signed_ones_are_broken(sound, fact, change):
    with pytest.raises(OperatorError, match=fact):
        check(sound, change(list(sound.entries)), sizes=[40])


def test_verify_log_head_signed_by_another_key_is_broken(sound, make_log):
    other = make_log(sound.entries, label=b"other keys")
    with pytest.raises(OperatorError, match="head of 9 entries"):
        check(sound, notes={9: other.note(9).encode()})


def test_verify_log_head_stored_under_another_size_is_broken(sound):
    with pytest.raises(OperatorError, match="not the head of these entries"):
        check(sound, notes={9: sound.note(8).encode()})


def test_verify_log_cosignature_on_another_head_is_broken(sound, witness):
    line = cosign(sound.head(8), witness, seconds=1)
    with pytest.raises(OperatorError, match="cosignature by"):
        check(sound, sizes=[9], cosignatures=[(9, witness.verifier, line)])


def test_verify_log_cosignature_by_another_key_is_broken(sound, witness):
    line = cosign(sound.head(9), MLDSA44Signer(witness.name, b"x" * 32), seconds=1)
    with pytest.raises(OperatorError, match="cosignature by"):
        check(sound, sizes=[9], cosignatures=[(9, witness.verifier, line)])
