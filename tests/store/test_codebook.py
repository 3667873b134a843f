import hashlib
from datetime import date

import pytest

from node.errors import CallerError, OperatorError
from node.reference.editions import Entry
from node.store.codebook import Codebook

ENTRIES = (Entry("01", "Live animals"), Entry("02", "Meat", date(2022, 1, 1), date(2027, 12, 31)))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "codes"


@pytest.fixture
def book(folder):
    return Codebook(folder)


def keep(book, edition="2022", entries=ENTRIES, name="hs", now=1_764_000_000_000):
    return book.keep(name, edition, entries, file="hs.csv", raw=b"the file", now=now)


def test_codebook_without_a_folder_is_empty(book):
    assert book.facts() == []
    assert book.lists().editions == ()


def test_edition_kept_and_opened_again_is_the_same(book, folder):
    facts = keep(book)
    again = Codebook(folder)
    assert again.facts() == [facts]
    assert tuple(again.lists().find("hs", "2022").entries.values()) == ENTRIES


def test_facts_say_where_the_list_is_from(book):
    facts = keep(book)
    assert (facts.list, facts.edition, facts.codes, facts.file) == ("hs", "2022", 2, "hs.csv")
    assert facts.imported_at == 1_764_000_000_000
    assert facts.sha256 == hashlib.sha256(b"the file").hexdigest()


def test_editions_stand_side_by_side_the_newest_import_last(book):
    keep(book, "2022", now=2)
    keep(book, "2017", now=3)
    keep(book, "2024-2", name="un-locode", now=1)
    assert [facts.edition for facts in book.facts()] == ["2024-2", "2022", "2017"]
    assert book.lists().find("hs").edition == "2017"


def test_same_edition_again_takes_the_place_of_the_first(book, folder):
    keep(book)
    keep(book, entries=ENTRIES[:1], now=9)
    assert [facts.codes for facts in book.facts()] == [1]
    assert [path.name for path in folder.iterdir()] == ["hs@2022.codes"]


@pytest.mark.parametrize("edition", ["", "../up", "a/b", "2022 ", ".2022", "x" * 21, "20\n22"])
def test_edition_that_is_no_name_of_one_is_refused(book, folder, edition):
    with pytest.raises(CallerError) as error:
        keep(book, edition)
    assert error.value.code == "codes.edition"
    assert not folder.exists()


def test_list_that_cannot_be_written_leaves_the_old_one(book, folder):
    keep(book)
    (folder / "hs@2017.codes").mkdir()  # in the way of the rename
    with pytest.raises(OSError, match="hs@2017"):
        keep(book, "2017")
    (folder / "hs@2017.codes").rmdir()
    assert [path.name for path in folder.iterdir()] == ["hs@2022.codes"]
    assert len(book.lists().find("hs", "2022").entries) == 2


def test_file_left_by_a_crash_before_the_rename_is_not_read(book, folder):
    keep(book)
    (folder / ".hs@2017.codes.4711").write_bytes(b'{"list":')
    assert [facts.edition for facts in Codebook(folder).facts()] == ["2022"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"{}\n[]",
        lambda raw: raw.replace(b'"list":"hs"', b'"list":"xx"'),
        lambda raw: raw.replace(b'"edition":"2022"', b'"edition":"2017"'),
        lambda raw: b"\xff" + raw,
    ],
    ids=["empty", "no facts", "other list", "other edition", "no text"],
)
def test_file_whose_facts_are_damaged_is_named(book, folder, spoil):
    keep(book)
    path = folder / "hs@2022.codes"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(OperatorError) as error:
        book.lists()
    assert error.value.code == "codes.damaged"
    assert str(path) in error.value.message


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: raw[:-1], lambda raw: raw + b" ", lambda raw: raw.replace(b"Meat", b"Neat")],
    ids=["cut", "longer", "changed"],
)
def test_codes_that_were_changed_since_are_noticed_when_they_are_read(book, folder, spoil):
    keep(book)
    path = folder / "hs@2022.codes"
    path.write_bytes(spoil(path.read_bytes()))
    edition = book.lists().find("hs", "2022")
    with pytest.raises(OperatorError) as error:
        _ = edition.entries
    assert error.value.code == "codes.damaged"


def test_file_removed_since_is_noticed_when_it_is_read(book, folder):
    keep(book)
    edition = book.lists().find("hs")
    (folder / "hs@2022.codes").unlink()
    with pytest.raises(OperatorError) as error:
        _ = edition.entries
    assert error.value.code == "codes.damaged"
