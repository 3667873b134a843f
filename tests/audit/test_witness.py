import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.checkpoint import LogVerifier, parse_checkpoint
from node.audit.merkle import EMPTY_ROOT
from node.audit.note import Note, read_signature_lines, read_verifier_key
from node.audit.witness import ForkError, GapError, Request, Watched, cosign, judge, read_request
from node.canonical import b64, un_b64
from node.envelope.wire import Link
from node.errors import PeerError, Refusal

FORK = json.loads((Path(__file__).parents[1] / "vectors" / "fork.json").read_text("utf-8"))
HASH = b64(bytes(32))


def h(text):
    return un_b64(text, code=Refusal.PROOF_INVALID)


def body(log, old, new):
    return Request(old, log.steps(old, new), log.note(new)).encode()


def link(log, old, new):
    return Link(new, log.root(new), log.steps(old, new))


def watched(log, *sizes):
    return Watched(max(sizes, default=0), {size: log.root(size) for size in sizes})


@pytest.fixture(scope="module")
def forked(make_log):
    """The log of `log`, with another entry 10."""
    entries = [f"entry {number}".encode() for number in range(40)]
    return make_log([*entries[:10], b"another entry", *entries[11:]])


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
@settings(max_examples=50, deadline=None)
def test_read_request_written_request_gives_it_back(log, old, path):
    request = Request(old, tuple(path), log.note(3))
    assert read_request(request.encode()) == request


def test_read_request_of_63_lines_is_the_longest(log):
    request = Request(2**63 - 1, (bytes(32),) * 63, log.note(3))
    assert read_request(request.encode()) == request


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{note}",
        "old 0\n{note}",
        "old\n\n{note}",
        "0\n\n{note}",
        "old  0\n\n{note}",
        "old 00\n\n{note}",
        "old -1\n\n{note}",
        "old \u0660\n\n{note}",
        "old {many}\n\n{note}",
        "old 0 \n\n{note}",
        "old 0\n" + b64(bytes(31)) + "\n\n{note}",
        "old 0\n?\n\n{note}",
        "old 0\n" + f"{HASH}\n" * 64 + "\n{note}",
        "old 0\n\ntext\n",
        "old 0\n\n\n{note}",
    ],
)
def test_read_request_other_than_the_one_form_is_refused(log, text):
    note = log.note(3).encode()
    with pytest.raises(PeerError) as caught:
        judge(
            text.format(note=note, many="9" * 5000),
            chain=(),
            log=log.verifier,
            watched=watched(log),
        )
    assert caught.value.refusal is Refusal.CHECKPOINT_MALFORMED


@pytest.mark.parametrize("row", FORK["judgements"], ids=lambda row: row["name"])
def test_judge_published_request_is_judged_as_published(row):
    heads = {int(size): h(root) for size, root in row["known"].items()}
    asked = {
        "chain": tuple(
            Link(one["size"], h(one["root"]), tuple(map(h, one["path"]))) for one in row["chain"]
        ),
        "log": LogVerifier(*map(read_verifier_key, FORK["log"])),
        "watched": Watched(max(heads, default=0), heads),
    }
    if row["code"] is None:
        checkpoint, proved = judge(row["body"], **asked)
        assert proved[checkpoint.size] == checkpoint.root
        return
    with pytest.raises(PeerError) as caught:
        judge(row["body"], **asked)
    assert caught.value.refusal == row["code"]


def test_vectors_fork_is_two_heads_of_one_size_by_one_log():
    log = LogVerifier(*map(read_verifier_key, FORK["log"]))
    (one, other) = (log.verify(parse_checkpoint(note)[0]) for note in FORK["heads"])
    assert (one.origin, one.size) == (other.origin, other.size)
    assert one.root != other.root


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_judge_chain_of_any_steps_proves_every_head(log, data):
    known, *sizes = sorted(data.draw(st.lists(st.integers(1, 40), min_size=2, max_size=5)))
    *links, new = sizes
    before = [known, *links]
    chain = tuple(link(log, *pair) for pair in zip(before, links, strict=False))
    checkpoint, proved = judge(
        body(log, before[-1], new).replace(f"old {before[-1]}\n", f"old {known}\n", 1),
        chain=chain,
        log=log.verifier,
        watched=watched(log, known),
    )
    assert checkpoint == log.head(new)
    assert proved == {size: log.root(size) for size in (known, *sizes)}


def test_judge_log_never_seen_is_believed_from_the_start(log):
    checkpoint, proved = judge(body(log, 0, 9), chain=(), log=log.verifier, watched=watched(log))
    assert checkpoint.size == 9
    assert proved == {0: EMPTY_ROOT, 9: log.root(9)}


def test_judge_older_head_again_is_believed(log):
    checkpoint, _ = judge(body(log, 0, 5), chain=(), log=log.verifier, watched=watched(log, 5, 9))
    assert checkpoint == log.head(5)


def test_judge_bundle_that_was_overtaken_is_believed(log):
    world = watched(log, 5, 9, 20)
    checkpoint, _ = judge(body(log, 5, 9), chain=(), log=log.verifier, watched=world)
    assert checkpoint == log.head(9)


@pytest.mark.parametrize(("old", "new"), [(7, 20), (0, 20), (0, 8)])
def test_judge_proof_that_does_not_start_where_we_stand_is_a_gap(log, old, new):
    with pytest.raises(GapError) as caught:
        judge(body(log, old, new), chain=(), log=log.verifier, watched=watched(log, 5, 9))
    assert (caught.value.refusal, caught.value.seen) == (Refusal.LOG_GAP, 9)


@pytest.mark.parametrize(("old", "new"), [(0, 20), (20, 20), (5, 20)])
def test_judge_other_head_of_a_known_size_is_a_fork_however_it_is_proved(log, forked, old, new):
    with pytest.raises(ForkError) as caught:
        judge(body(forked, old, new), chain=(), log=log.verifier, watched=watched(log, 5, 20))
    assert (caught.value.refusal, caught.value.size) == (Refusal.LOG_FORKED, 20)
    assert log.verifier.verify(parse_checkpoint(caught.value.note)[0]) == forked.head(20)


def test_judge_other_head_on_the_way_is_a_fork(log, forked):
    with pytest.raises(ForkError) as caught:
        judge(
            body(forked, 20, 30).replace("old 20\n", "old 5\n", 1),
            chain=(link(forked, 5, 20),),
            log=log.verifier,
            watched=watched(log, 5, 20),
        )
    assert caught.value.size == 20


def test_judge_fork_of_what_we_saw_cannot_be_proved(log, forked):
    with pytest.raises(PeerError) as caught:
        judge(body(forked, 20, 30), chain=(), log=log.verifier, watched=watched(log, 20))
    assert caught.value.refusal is Refusal.PROOF_INVALID


def test_judge_signed_empty_head_that_is_not_empty_is_refused(log):
    note = log.signer.sign(size=0, root=bytes(32), seconds=1)
    with pytest.raises(PeerError) as caught:
        judge(Request(0, (), note).encode(), chain=(), log=log.verifier, watched=watched(log))
    assert caught.value.refusal is Refusal.PROOF_INVALID


def test_judge_chain_that_goes_back_is_refused(log):
    chain = (link(log, 5, 9), Link(7, log.root(7), ()))
    with pytest.raises(PeerError) as caught:
        judge(body(log, 5, 20), chain=chain, log=log.verifier, watched=watched(log, 5))
    assert caught.value.refusal is Refusal.PROOF_INVALID


def test_judge_unsigned_checkpoint_is_refused(log):
    note = log.note(9)
    request = Request(0, (), Note(note.text, note.signatures[:1]))
    with pytest.raises(PeerError) as caught:
        judge(request.encode(), chain=(), log=log.verifier, watched=watched(log))
    assert caught.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


def test_cosign_line_verifies_on_the_logs_own_note(log, witness):
    line = cosign(log.head(9), witness, seconds=77)
    note = Note(log.note(9).text, read_signature_lines(line))
    assert witness.verifier.verify(note) == 77
