import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from node.gateway.folder_names import MAX_NAME_BYTES, is_left_alone, name_with, result_name, shown

# What a file system takes as one name: bytes without slash and zero, as Python shows them.
NAMES = (
    st.binary(min_size=1, max_size=MAX_NAME_BYTES)
    .filter(lambda raw: b"/" not in raw and b"\0" not in raw and raw not in {b".", b".."})
    .map(os.fsdecode)
)


@pytest.mark.parametrize(
    "name",
    [
        ".alerts.json",
        ".in.alerts.json",
        "~$alerts.xlsx",
        "alerts.json~",
        "alerts.json.part",
        "alerts.json.PART",
        "alerts.json.filepart",
        "alerts.json.tmp",
        "alerts.json.crdownload",
        "alerts.swp",
        "Thumbs.db",
        "System Volume Information",
        "$RECYCLE.BIN",
        "lost+found",
    ],
)
def test_is_left_alone_unfinished_or_of_the_system_is(name):
    assert is_left_alone(name)


@pytest.mark.parametrize(
    "name",
    ["alerts.json", "a", "part", "tmp.json", "a.part.json", "груз.json", "a b.csv", "x.result.json"],
)
def test_is_left_alone_finished_name_is_not(name):
    assert not is_left_alone(name)


def test_result_name_short_name_keeps_it_whole():
    assert result_name("груз 1.csv") == "груз 1.csv.result.json"


@given(NAMES)
@example("x" * 255)
@example("ш" * 127)
@example("x" * 243)
def test_result_name_any_name_fits(name):
    assert len(os.fsencode(result_name(name))) <= MAX_NAME_BYTES


def test_result_name_long_names_alike_are_told_apart():
    names = ["ш" * 126 + end for end in ("a", "b")]
    assert len(set(map(result_name, names))) == 2


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("alerts.json", "alerts.3f9a1c2e.json"),
        ("alerts", "alerts.3f9a1c2e"),
        ("a.b.csv", "a.b.3f9a1c2e.csv"),
        ("a.", "a.3f9a1c2e."),
    ],
)
def test_name_with_ticket_goes_before_the_ending(name, changed):
    assert name_with(name, "3f9a1c2e") == changed


@given(NAMES)
@example("x" * 255)
@example("ш" * 127 + "x")
def test_name_with_any_name_fits_and_differs(name):
    changed = name_with(name, "3f9a1c2e")
    assert len(os.fsencode(changed)) <= MAX_NAME_BYTES
    assert changed != name
    assert "/" not in changed


@given(NAMES)
def test_shown_any_name_is_unicode(name):
    shown(name).encode()


def test_shown_bytes_that_are_no_text_become_escapes():
    assert shown(os.fsdecode(b"a\xff")) == "a\\xff"
