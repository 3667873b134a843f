import pytest

from node.convert.options import Options
from node.daemon.folder_options import FolderOptions, load_options, read_options
from node.errors import CallerError
from node.national.event import FEED_KINDS

WRITTEN = b"""
to = ["UZ-CC", "TM-SCS"]
unit = "PCU-ALYAT"
valid_days = 10
test = true
zone = "Asia/Baku"
events = ["match.found"]
"""


def test_read_options_gives_what_was_written_and_the_usual_for_the_rest():
    options = read_options(WRITTEN)
    assert options.conversion == Options(
        to=("UZ-CC", "TM-SCS"), unit="PCU-ALYAT", valid_days=10, test=True, zone="Asia/Baku"
    )
    assert options.events == {"match.found"}


def test_read_options_of_nothing_tells_what_became_of_what_was_sent():
    assert read_options(b"") == FolderOptions()
    assert FolderOptions().events == {"message.receipted", "message.expired"}


@pytest.mark.parametrize(
    ("written", "kinds"),
    [(b"events = []", set()), (b'events = ["*"]', {kind.value for kind in FEED_KINDS})],
)
def test_read_options_with_events_gives_their_kinds(written, kinds):
    assert read_options(written).events == kinds


def test_read_options_marks_what_changes_a_conversion_and_nothing_else():
    one, same, other = b'unit = "A"\ntest = true', b'test = true\nunit = "A"\n', b'unit = "B"'
    assert read_options(one).mark == read_options(same).mark != read_options(other).mark
    assert read_options(b"events = []").mark == ""


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        (b"\xff", "TOML"),
        (b"to = [", "TOML"),
        (b"to = " + b"[" * 30_000, "TOML"),
        (b'recipients = ["UZ-CC"]', "'recipients'"),
        (b'to = "UZ-CC"', "to"),
        (b"to = [1]", "to"),
        (b'valid_days = "10"', "valid_days"),
        (b"test = 1", "test"),
        (b"unit = 7", "unit"),
        (b'events = "*"', "events"),
        (b'events = ["message.invented"]', "events"),
    ],
)
def test_read_options_that_are_none_says_which(written, fact):
    with pytest.raises(CallerError) as raised:
        read_options(written)
    assert raised.value.code == "folder.options"
    assert fact in raised.value.message


def test_load_options_without_a_file_gives_the_usual(tmp_path):
    assert load_options(tmp_path) == FolderOptions()


def test_load_options_reads_the_file(tmp_path):
    (tmp_path / "options.toml").write_bytes(WRITTEN)
    assert load_options(tmp_path) == read_options(WRITTEN)


def test_load_options_follows_no_link(tmp_path):
    (tmp_path / "elsewhere").write_bytes(WRITTEN)
    (tmp_path / "options.toml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CallerError) as raised:
        load_options(tmp_path)
    assert raised.value.code == "folder.not_a_file"
