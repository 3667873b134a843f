"""The forms of values; that each kind of entry asks for them is shown by the vectors (`test_event`)."""

import pytest

from node.audit.forms import is_authority, is_count, is_ordinal, is_pointer, is_status


@pytest.mark.parametrize("name", ["AZ-SCC", "TM-A1", "UZ-ABCDEFGHIJKL"])
def test_is_authority_good_id_is_accepted(name):
    assert is_authority(name)


@pytest.mark.parametrize(
    "name", ["", "AZ", "AZ-A", "az-scc", "AZ-SCC\n", "AZ_SCC", "AZ-ABCDEFGHIJKLM", None]
)
def test_is_authority_bad_id_is_refused(name):
    assert not is_authority(name)


@pytest.mark.parametrize("value", [0, 1, 2**53 - 1])
def test_is_count_whole_number_is_accepted(value):
    assert is_count(value)


@pytest.mark.parametrize("value", [-1, 1.0, True, "1", None])
def test_is_count_anything_else_is_refused(value):
    assert not is_count(value)


@pytest.mark.parametrize(
    ("value", "fits"), [(1, True), (9, True), (0, False), (-1, False), (True, False)]
)
def test_is_ordinal_counts_from_one(value, fits):
    assert is_ordinal(value) is fits


@pytest.mark.parametrize(("value", "fits"), [("", True), ("/a/0", True), ("/a b", False), (7, False)])
def test_is_pointer_is_printable_ascii(value, fits):
    assert is_pointer(value) is fits


@pytest.mark.parametrize(("value", "fits"), [("accepted", True), ("refused", True), ("read", False)])
def test_is_status_is_one_of_two_words(value, fits):
    assert is_status(value) is fits
