import sqlite3

import pytest

from node.audit.event import Kind, write_entry
from node.demo.books import balance
from node.store.database import Database

AZ, UZ = "AZ-SCC", "UZ-CC"


@pytest.fixture
def change(exchanged):
    """Edit an authority's database as somebody with its file would, triggers and all."""

    def change(authority, statement, *values):
        path = exchanged.home(authority) / "data" / "node.db"
        with sqlite3.connect(path) as file:
            file.execute("DROP TRIGGER IF EXISTS entry_no_update")
            file.execute("DROP TRIGGER IF EXISTS entry_no_delete")
            changed = file.execute(statement, values).rowcount
        file.close()
        assert changed > 0

    return change


@pytest.fixture
def books(exchanged):
    """Balance what is on disk now."""

    def books(*authorities):
        databases = {
            name: Database.open(exchanged.home(name) / "data" / "node.db")
            for name in authorities or (AZ, UZ)
        }
        try:
            return balance(databases)
        finally:
            for database in databases.values():
                database.close()

    return books


def test_balance_after_an_exchange_matches_every_message(books):
    found = books()
    assert found.matched == {(AZ, UZ): 3, (UZ, AZ): 3}
    assert found.refused == {}
    assert found.missing == []
    assert len(found.delivery_ms) == len(found.receipt_ms) == 6
    pairs = zip(found.delivery_ms, found.receipt_ms, strict=True)
    assert all(0 <= delivered <= receipted for delivered, receipted in pairs)


def test_balance_receipt_lost_by_the_sender_is_missing(books, change):
    change(AZ, "DELETE FROM receipt WHERE id = (SELECT min(id) FROM receipt)")
    found = books()
    assert found.matched == {(AZ, UZ): 2, (UZ, AZ): 3}
    (missing,) = found.missing
    assert missing.startswith("AZ-SCC sent ")
    assert missing.endswith(" to UZ-CC: no receipt")


def test_balance_receipt_that_the_peers_log_does_not_hold_is_missing(books, change, exchanged):
    log = exchanged.settings(UZ).origin
    other = write_entry(Kind.NODE_STOPPED, at=1, log=log).raw
    change(
        UZ,
        "UPDATE entry SET raw = ? WHERE idx = (SELECT max(idx) FROM received)",
        other,
    )
    found = books()
    assert found.matched[AZ, UZ] == 2
    (missing,) = found.missing
    assert missing.startswith("UZ-CC's log does not hold its receipt for ")


def test_balance_receipt_beyond_the_end_of_the_peers_log_is_missing(books, change):
    change(AZ, "UPDATE receipt SET idx = 10000 WHERE id = (SELECT max(id) FROM receipt)")
    (missing,) = books().missing
    assert missing.startswith("UZ-CC's log does not hold its receipt for ")


def test_balance_receipt_of_another_message_is_missing(books, change):
    change(
        AZ,
        "UPDATE receipt SET (entry, idx) = (SELECT entry, idx FROM receipt ORDER BY id LIMIT 1)"
        " WHERE id = (SELECT max(id) FROM receipt)",
    )
    (missing,) = books().missing
    assert missing.endswith(" names another manifest")


def test_balance_entry_that_is_no_receipt_at_all_is_missing(books, change, exchanged):
    path = exchanged.home(UZ) / "data" / "node.db"
    with sqlite3.connect(path) as file:
        (raw,) = file.execute("SELECT raw FROM entry WHERE idx = 0").fetchone()
    file.close()
    change(AZ, "UPDATE receipt SET entry = ?, idx = 0 WHERE id = (SELECT max(id) FROM receipt)", raw)
    (missing,) = books().missing
    assert missing.endswith(" names another manifest")


def test_balance_receipt_that_our_own_log_does_not_record_is_missing(books, change):
    change(
        AZ,
        "UPDATE entry SET raw = (SELECT raw FROM entry WHERE kind = 'message.receipted')"
        " WHERE idx = (SELECT max(idx) FROM entry WHERE kind = 'message.receipted')",
    )
    (missing,) = books().missing
    assert missing.startswith("AZ-SCC's log does not record the receipt for ")


def test_balance_foreign_entry_in_place_of_a_manifest_is_seen_by_the_recipient(books, change):
    change(
        AZ,
        "UPDATE entry SET raw = (SELECT raw FROM entry WHERE kind = 'message.sealed')"
        " WHERE idx = (SELECT max(idx) FROM entry WHERE kind = 'message.sealed')",
    )
    (missing,) = books().missing
    assert missing.startswith("UZ-CC holds ")
    assert missing.endswith(", AZ-SCC's log does not")


def test_balance_message_that_its_originator_never_sent_is_missing(books, change):
    change(AZ, "UPDATE received SET source_idx = 10000 WHERE id = (SELECT max(id) FROM received)")
    (missing,) = books().missing
    assert missing.startswith("AZ-SCC holds ")
    assert missing.endswith(", UZ-CC's log does not")


def test_balance_log_cut_short_by_its_owner_is_missing_on_both_sides(books, change):
    change(AZ, "DELETE FROM entry WHERE idx >= (SELECT min(idx) FROM sent)")
    change(AZ, "DELETE FROM sent")
    change(AZ, "DELETE FROM received")
    found = books()
    assert (AZ, UZ) not in found.matched
    assert sum("UZ-CC holds" in one for one in found.missing) == 3
    assert sum("AZ-SCC's log does not hold its receipt" in one for one in found.missing) == 3


def test_balance_without_the_peers_database_has_no_receipt_to_match(books):
    found = books(AZ)
    assert found.matched == {}
    assert len(found.missing) == 3  # what AZ-SCC sent; what it received has no log to be held against
