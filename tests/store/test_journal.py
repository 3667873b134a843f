import os
import random
import sqlite3
import subprocess
import sys

import pytest

from node.audit.event import Kind, read_entry
from node.audit.merkle import leaf_hash
from node.audit.verify import verify_log
from node.errors import OperatorError
from node.store.database import Database
from node.store.journal import Batch, Journal
from node.store.outbox import Outbox
from node.store.record import Records
from node.store.tree import Tree


def everything(database):
    """All rows of all tables: what must be unchanged when a commit has failed."""
    with database.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}")))  # noqa: S608
            for (name,) in names
        }


def test_commit_first_batches_give_consecutive_indexes(commit, steps, rows):
    assert commit(steps.opened(), steps.event()) == 0
    assert commit(steps.event()) == 2
    assert commit(steps.event(), steps.event()) == 3
    assert rows("SELECT idx FROM entry ORDER BY idx") == [(n,) for n in range(5)]


def test_commit_empty_batch_writes_nothing_and_gives_the_next_index(database, commit, steps):
    commit(steps.opened())
    before = everything(database)
    assert commit() == 1
    assert everything(database) == before


def test_commit_bookkeeping_alone_leaves_the_log(commit, steps, rows):
    commit(steps.opened())
    assert commit(checkpoints=[(1, "note")]) == 1
    assert rows("SELECT * FROM checkpoint") == [(1, "note")]
    assert rows("SELECT size FROM head") == [(1,)]


def test_commit_moves_head_to_the_root_of_all_entries(database, journal, commit, steps, signer, rows):
    commit(steps.opened())
    commit(*(steps.event(at) for at in range(300)))
    entries = [raw for _, raw in Records(database).entries()]
    report = verify_log(entries, log=signer.verifier, checkpoints={})
    assert rows("SELECT size, root FROM head") == [(301, report.root)]
    assert (journal.tree.size, journal.tree.root) == (301, report.root)


def test_commit_sent_message_writes_its_row_and_a_lane_for_each_recipient(commit, steps, rows):
    commit(steps.opened())
    step = steps.sent(to=("TM-SCS", "UZ-CC"), priority="urgent", version=3, document=b'{"a":1}')
    index = commit(step)
    columns = "id, idx, manifest, version, priority, document, salt, jwe"
    assert rows(f"SELECT {columns} FROM sent") == [  # noqa: S608
        (
            step.change.id,
            index,
            step.entry.leaf,
            3,
            "urgent",
            b'{"a":1}',
            b"salt",
            step.change.jwe,
        )
    ]
    assert rows("SELECT peer, idx, priority, state, code FROM lane ORDER BY peer") == [
        ("TM-SCS", index, "urgent", "sealed", None),
        ("UZ-CC", index, "urgent", "sealed", None),
    ]
    assert rows("SELECT kind, raw FROM entry WHERE idx = 1") == [("message.sealed", step.entry.raw)]


def test_commit_received_message_writes_its_row_and_a_receipt_that_is_due(commit, steps, rows):
    commit(steps.opened())
    step = steps.received()
    index = commit(step)
    change = step.change
    columns = "originator, id, manifest, leaf, source_idx, path, size, idx, state, code, document"
    assert rows(f"SELECT {columns} FROM received") == [  # noqa: S608
        (
            "UZ-CC",
            change.id,
            change.manifest,
            leaf_hash(change.manifest),
            7,
            b"p" * 32 + b"q" * 32,
            9,
            index,
            "accepted",
            None,
            b"{}",
        )
    ]
    assert rows("SELECT peer, idx FROM due") == [("UZ-CC", index)]


def test_commit_refused_reception_keeps_code_and_no_document(commit, steps, rows):
    commit(steps.received(code="agreement.denied"))
    assert rows("SELECT state, code, document, salt FROM received") == [
        ("refused", "agreement.denied", None, None)
    ]


def test_commit_receipt_moves_only_the_lane_of_that_peer(commit, steps, rows):
    sent = steps.sent(to=("TM-SCS", "UZ-CC"))
    commit(steps.opened(), sent)
    receipted = steps.receipted(sent)
    index = commit(receipted)
    assert rows("SELECT peer, state FROM lane ORDER BY peer") == [
        ("TM-SCS", "sealed"),
        ("UZ-CC", "receipted"),
    ]
    assert rows("SELECT id, peer, entry, idx, path, size, recorded_idx FROM receipt") == [
        (sent.change.id, "UZ-CC", receipted.change.entry, 3, b"r" * 32, 5, index)
    ]


def test_commit_refusing_receipt_returns_the_lane_with_its_code(commit, steps, rows):
    sent = steps.sent()
    commit(sent, steps.receipted(sent, code="message.expired"))
    assert rows("SELECT state, code FROM lane") == [("returned", "message.expired")]


def test_commit_expiry_then_late_receipt_ends_receipted(commit, steps, rows):
    sent = steps.sent()
    commit(sent, steps.expired(sent))
    assert rows("SELECT state FROM lane") == [("expired",)]
    commit(steps.receipted(sent, before="expired"))
    assert rows("SELECT state FROM lane") == [("receipted",)]


def test_commit_refused_submission_writes_an_entry_and_no_row(commit, steps, rows):
    commit(steps.opened(), steps.refused())
    assert rows("SELECT kind FROM entry WHERE idx = 1") == [("message.refused",)]
    assert rows("SELECT count(*) FROM sent") == [(0,)]


def test_commit_duplicate_makes_the_first_receipt_due_again(commit, steps, rows):
    received = steps.received()
    index = commit(steps.opened(), received) + 1
    commit(confirmed=[("UZ-CC", index)])
    assert rows("SELECT * FROM due") == []
    commit(steps.duplicate(received))
    assert rows("SELECT peer, idx FROM due") == [("UZ-CC", index)]


def test_commit_duplicate_and_confirmation_together_leave_the_receipt_due(commit, steps, rows):
    received = steps.received()
    index = commit(received)
    commit(steps.duplicate(received), confirmed=[("UZ-CC", index)])
    assert rows("SELECT peer, idx FROM due") == [("UZ-CC", index)]


def test_commit_duplicate_of_a_receipt_still_due_changes_nothing(commit, steps, rows):
    received = steps.received()
    commit(received, steps.duplicate(received))
    commit(steps.duplicate(received))
    assert rows("SELECT peer, idx FROM due") == [("UZ-CC", 0)]


def test_commit_confirmed_removes_only_what_was_confirmed(commit, steps, rows):
    commit(steps.received(), steps.received(originator="TM-SCS"), steps.received())
    commit(confirmed=[("UZ-CC", 0), ("UZ-CC", 1), ("KZ-SRC", 2)])
    assert rows("SELECT peer, idx FROM due ORDER BY idx") == [("TM-SCS", 1), ("UZ-CC", 2)]


def test_commit_peer_head_signed_replaces_unsigned_and_not_the_reverse(commit, rows):
    commit(peer_heads=[("uz", 5, b"root", None), ("uz", 6, b"six", "signed six")])
    commit(peer_heads=[("uz", 5, b"root", "signed five"), ("uz", 6, b"six", None)])
    assert rows("SELECT size, note FROM peer_head ORDER BY size") == [
        (5, "signed five"),
        (6, "signed six"),
    ]


def test_commit_peer_head_signed_and_unsigned_in_one_batch_keeps_the_note(commit, rows):
    commit(peer_heads=[("uz", 5, b"root", "signed"), ("uz", 5, b"root", None)])
    assert rows("SELECT note FROM peer_head") == [("signed",)]


def test_commit_bookkeeping_of_every_kind_lands_in_its_table(commit, rows):
    commit(
        cosignatures=[(5, "UZ-CC", "line")],
        checkpoints=[(5, "note")],
        forks=[("uz", 4, "seen", "other"), ("uz", 4, "seen", "third")],
        adopted=(7, b"root"),
        agreements=["digest"],
    )
    assert rows("SELECT * FROM cosignature") == [(5, "UZ-CC", "line")]
    assert rows("SELECT * FROM checkpoint") == [(5, "note")]
    assert rows("SELECT size, seen, contradicting FROM fork ORDER BY id") == [
        (4, "seen", "other"),
        (4, "seen", "third"),
    ]
    assert rows("SELECT size, root FROM adopted") == [(7, b"root")]
    assert rows("SELECT * FROM agreement_adopted") == [("digest",)]


def test_commit_newer_directory_replaces_the_adopted_one(commit, rows):
    commit(adopted=(7, b"old"))
    commit(adopted=(9, b"new"), agreements=["digest"])
    commit(agreements=["digest"])
    assert rows("SELECT size, root FROM adopted") == [(9, b"new")]
    assert rows("SELECT * FROM agreement_adopted") == [("digest",)]


def failing(steps):
    """Give pairs of batches of which the second must fail, each for another reason."""
    sent, received = steps.sent(), steps.received()
    return {
        "message id twice": ([sent], [steps.sent(id_=sent.change.id, version=2)]),
        "reference twice": (
            [sent],
            [steps.sent(reference=sent.change.reference)],
        ),
        "received twice": ([received], [steps.received(id_=received.change.id)]),
        "receipt twice": (
            [sent, steps.receipted(sent)],
            [steps.receipted(sent, before="expired")],
        ),
        "twice in one batch": ([], [sent, steps.sent(id_=sent.change.id)]),
    }


@pytest.mark.parametrize(
    "reason",
    [
        "message id twice",
        "reference twice",
        "received twice",
        "receipt twice",
        "twice in one batch",
    ],
)
def test_commit_with_one_failing_row_leaves_nothing_of_the_batch(database, journal, steps, reason):
    first, second = failing(steps)[reason]
    journal.commit(Batch([steps.opened(), *first]))
    before, head = everything(database), (journal.tree.size, journal.tree.root)
    bad = Batch([steps.event(), steps.sent(), *second, steps.event()], checkpoints=[(1, "note")])
    with pytest.raises(OperatorError) as raised:
        journal.commit(bad)
    assert raised.value.code == "database.contradiction"
    assert everything(database) == before
    assert (journal.tree.size, journal.tree.root) == head
    assert journal.commit(Batch([steps.event()])) == head[0]


def test_commit_after_another_writer_moved_the_head_says_diverged(database, journal, steps):
    journal.commit(Batch([steps.opened()]))
    other = Journal(database)
    other.commit(Batch([steps.event()]))
    before = everything(database)
    with pytest.raises(OperatorError) as raised:
        journal.commit(Batch([steps.event(), steps.sent()]))
    assert raised.value.code == "log.diverged"
    assert everything(database) == before


def test_commit_on_a_head_with_another_root_says_diverged(database, journal, steps):
    journal.commit(Batch([steps.opened()]))
    with sqlite3.connect(database.path) as thief:
        thief.execute("UPDATE head SET root = zeroblob(32)")
    thief.close()
    before = everything(database)
    with pytest.raises(OperatorError, match="not the one of 1 leaves that we wrote") as raised:
        journal.commit(Batch([steps.event()]))
    assert raised.value.code == "log.diverged"
    assert everything(database) == before


def test_commit_on_a_log_set_back_says_diverged(database, journal, steps):
    journal.commit(Batch([steps.opened(), steps.event()]))
    with sqlite3.connect(database.path) as thief:
        thief.execute("UPDATE head SET size = 1")
    thief.close()
    with pytest.raises(OperatorError) as raised:
        journal.commit(Batch([steps.event()]))
    assert raised.value.code == "log.diverged"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET raw = x'00'",
        "UPDATE entry SET kind = kind WHERE idx = 0",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE idx = 1",
    ],
)
def test_entry_changed_with_plain_sql_is_refused_by_the_database(database, commit, steps, statement):
    commit(steps.opened(), steps.event())
    before = everything(database)
    with sqlite3.connect(database.path) as thief, pytest.raises(sqlite3.IntegrityError) as refused:
        thief.execute(statement)
    thief.close()
    assert str(refused.value) == "entry is insert-only"
    assert everything(database) == before


CHILD = """
import random, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from conftest import Steps
from node.store.database import Database
from node.store.journal import Batch, Journal

steps, journal = Steps(), Journal(Database.open(Path(sys.argv[1])))
if journal.tree.size == 0:
    journal.commit(Batch([steps.opened()]))
while True:
    sent = [steps.sent(to=("TM-SCS", "UZ-CC")) for _ in range(random.randrange(1, 40))]
    batch = [*sent, steps.received(), *(steps.receipted(one) for one in sent[::2])]
    print("begin", journal.tree.size, flush=True)
    first = journal.commit(Batch(batch, checkpoints=[]))
    print("done", first + len(batch), flush=True)
"""


def commit_until_killed(path, folder, root, lines):
    """Let a process commit without end and kill it after so many lines; gives what it reported."""
    program = [sys.executable, "-c", CHILD, str(path), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment) as child:
        reported = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        reported += child.stdout.readlines()
    durable = [int(line.split()[1]) for line in reported if line.startswith("done")]
    return max(durable, default=0)


def assert_books_agree(database):
    """Every row has its entry and every entry its row: nothing was written by halves."""
    kinds = {index: read_entry(raw).kind for index, raw in Records(database).entries()}
    size = len(kinds)
    records = Records(database)
    sent = {row["idx"]: row for row in records.rows("sent", before=size)}
    assert sent.keys() == {i for i, kind in kinds.items() if kind is Kind.MESSAGE_SEALED}
    for row in sent.values():
        assert row["manifest"] == leaf_hash(row["raw"])
        assert len(records.sent(row["id"])["lanes"]) == 2
    received = {row["idx"] for row in records.rows("received", before=size)}
    assert received == {i for i, kind in kinds.items() if kind is Kind.MESSAGE_RECEIVED}
    receipts = {row["recorded_idx"] for row in records.receipts(before=size)}
    assert receipts == {i for i, kind in kinds.items() if kind is Kind.MESSAGE_RECEIPTED}
    assert records.counts()["out.receipted"] == len(receipts)
    due = Outbox(database).due("UZ-CC", before=size, beyond=set(), limit=size)
    assert {one.index for one in due} == received


def test_commit_killed_at_random_moments_keeps_everything_that_was_reported(path, request, signer):
    chance = random.Random(20_261_124)  # noqa: S311 - moments, not secrets
    size = 0
    for _ in range(4):  # each time on the database that the last kill left
        durable = commit_until_killed(
            path, request.path.parent, request.config.rootpath, chance.randrange(1, 20)
        )
        database = Database.open(path)
        entries = [raw for _, raw in Records(database).entries()]
        report = verify_log(entries, log=signer.verifier, checkpoints={})
        tree = Tree(database)
        assert (tree.size, tree.root) == (report.size, report.root)
        assert report.size >= max(durable, size)
        assert_books_agree(database)
        size = report.size
        database.close()
