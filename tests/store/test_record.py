import pytest

from node.store.record import Records
from node.store.search import OURS


@pytest.fixture
def records(database):
    return Records(database)


def test_inbox_lists_newest_first_up_to_the_limit(records, commit, steps):
    received = [steps.received() for _ in range(4)]
    commit(*received)
    letters = records.inbox(limit=3)
    assert [letter.id for letter in letters] == [step.change.id for step in received[:0:-1]]
    assert letters[0].originator == "UZ-CC"
    assert (letters[0].state, letters[0].code) == ("accepted", None)


def test_inbox_filtered_by_originator_and_type_gives_only_those(records, commit, steps):
    commit(
        steps.received(reference="a"),
        steps.received(originator="TM-SCS", reference="b"),
        steps.received(type="pre-arrival-notice/1", reference="c"),
    )
    assert [one.reference for one in records.inbox(limit=9, originator="TM-SCS")] == ["b"]
    assert [one.reference for one in records.inbox(limit=9, type_="alert/1")] == ["b", "a"]
    both = records.inbox(limit=9, originator="TM-SCS", type_="pre-arrival-notice/1")
    assert both == []


def test_find_gives_whose_message_it_is(records, commit, steps):
    sent, received = steps.sent(reference="AZ-1"), steps.received(reference="UZ-1")
    commit(sent, received)
    assert records.find("AZ-1") == ("sent", OURS, sent.change.id)
    assert records.find("UZ-1") == ("received", "UZ-CC", received.change.id)
    assert records.find("UZ-1", "TM-SCS") is None


def test_sent_gives_row_lanes_receipts_and_entry(records, commit, steps):
    sent = steps.sent(to=("TM-SCS", "UZ-CC"))
    receipted = steps.receipted(sent)
    commit(sent, receipted, steps.sent())
    row = records.sent(sent.change.id)
    assert row["raw"] == sent.entry.raw
    assert {lane["peer"]: lane["state"] for lane in row["lanes"]} == {
        "TM-SCS": "sealed",
        "UZ-CC": "receipted",
    }
    assert [one["entry"] for one in row["receipts"]] == [receipted.change.entry]


def test_received_gives_row_and_our_entry(records, commit, steps):
    received = steps.received()
    commit(received)
    row = records.received("UZ-CC", received.change.id)
    assert (row["raw"], row["manifest"]) == (received.entry.raw, received.change.manifest)


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000, 1203])
def test_entries_any_number_come_complete_and_in_order(records, commit, steps, count):
    commit(*(steps.event(at) for at in range(count)))
    found = list(records.entries())
    assert [index for index, _ in found] == list(range(count))
    assert [raw for _, raw in found] == [steps.event(at).entry.raw for at in range(count)]


@pytest.mark.parametrize(
    ("first", "limit", "expected"),
    [
        (0, 3, [0, 1, 2]),
        (5, 2, [5, 6]),
        (8, 5, [8, 9]),
        (10, 5, []),
        (0, 0, []),
        (7, None, [7, 8, 9]),
    ],
)
def test_entries_from_and_limit_give_that_part(records, commit, steps, first, limit, expected):
    commit(*(steps.event() for _ in range(10)))
    assert [index for index, _ in records.entries(first=first, limit=limit)] == expected


def test_entries_limit_beyond_a_chunk_is_kept(records, commit, steps):
    commit(*(steps.event() for _ in range(1100)))
    assert len(list(records.entries(limit=700))) == 700
    assert [index for index, _ in records.entries(first=1, limit=600)] == list(range(1, 601))


def test_entries_committed_while_streaming_are_read_once_each(records, commit, steps):
    commit(*(steps.event() for _ in range(600)))
    stream = records.entries()
    next(stream)
    commit(*(steps.event() for _ in range(100)))
    assert [index for index, _ in stream] == list(range(1, 700))


def test_rows_of_more_than_one_chunk_stream_in_log_order_up_to_before(records, commit, steps):
    sent = [steps.sent() for _ in range(520)]
    commit(*sent)
    rows = list(records.rows("sent", before=510))
    assert [row["idx"] for row in rows] == list(range(510))
    assert rows[7]["raw"] == sent[7].entry.raw


def test_rows_received_come_with_our_entry(records, commit, steps):
    received = steps.received()
    commit(steps.opened(), received)
    (row,) = records.rows("received", before=10)
    assert (row["idx"], row["raw"]) == (1, received.entry.raw)
    assert list(records.rows("received", before=1)) == []


def test_receipts_of_more_than_one_chunk_stream_with_our_entry(records, commit, steps):
    sent = [steps.sent() for _ in range(510)]
    receipted = [steps.receipted(one) for one in sent]
    commit(*sent, *receipted)
    found = list(records.receipts(before=10**6))
    assert [row["raw"] for row in found] == [step.entry.raw for step in receipted]
    assert len(list(records.receipts(before=515))) == 5


def test_checkpoints_and_cosignatures_are_given_by_size(records, commit):
    commit(
        checkpoints=[(3, "three"), (5, "five")],
        cosignatures=[(3, "UZ-CC", "a"), (5, "UZ-CC", "b"), (5, "TM-SCS", "c")],
    )
    assert records.checkpoints() == {3: "three", 5: "five"}
    assert len(records.cosignatures()) == 3
    assert sorted(records.cosignatures(5)) == [(5, "TM-SCS", "c"), (5, "UZ-CC", "b")]


def test_counts_group_by_direction_and_state(records, commit, steps):
    sent = steps.sent(to=("TM-SCS", "UZ-CC"))
    commit(sent, steps.receipted(sent), steps.received(), steps.received(code="key.unknown"))
    assert records.counts() == {
        "out.sealed": 1,
        "out.receipted": 1,
        "in.accepted": 1,
        "in.refused": 1,
    }


def test_answered_counts_a_message_once_every_recipient_has_answered(records, commit, steps):
    assert records.answered() == 0
    sent = steps.sent(to=("TM-SCS", "UZ-CC"))
    commit(sent, steps.receipted(sent))
    assert records.answered() == 0
    commit(steps.receipted(sent, peer="TM-SCS", code="key.unknown"))
    assert records.answered() == 1
