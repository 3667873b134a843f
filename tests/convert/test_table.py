import pytest

from node.convert.table import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TABLE_BYTES,
    Row,
    check_bytes,
    letter,
    make_table,
    place_of,
)
from node.errors import CallerError


@pytest.mark.parametrize(
    ("place", "name"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_letter_names_columns_as_spreadsheets_do(place, name):
    assert letter(place) == name


def test_place_of_names_line_letter_and_column():
    assert place_of(4, 2, "gross_mass") == "line 4, column C gross_mass"
    assert place_of(4, 2) == "line 4, column C"


@pytest.mark.parametrize("raw", [b"", b" \r\n"])
def test_check_bytes_of_nothing_is_refused(raw):
    with pytest.raises(CallerError) as refused:
        check_bytes(raw)
    assert refused.value.code == "convert.empty"


def test_check_bytes_beyond_the_limit_is_refused():
    with pytest.raises(CallerError) as refused:
        check_bytes(b"x" * (MAX_TABLE_BYTES + 1))
    assert refused.value.code == "convert.too_large"


def test_make_table_takes_the_first_line_that_says_something_as_header():
    lines = [Row(1, {0: " "}), Row(2, {0: " number ", 2: "eta"}), Row(3, {}), Row(4, {2: "x"})]
    table = make_table(lines)
    assert table.header == ("number", "", "eta")
    assert [row.line for row in table.rows] == [4]


def test_make_table_keeps_a_line_that_only_has_a_fault_or_a_doubt():
    table = make_table([Row(1, {0: "a"}), Row(2, {}, {0: "why"}), Row(3, {}, {}, {0: "why"})])
    assert [row.line for row in table.rows] == [2, 3]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "convert.empty"),
        ([Row(1, {MAX_COLUMNS: "x"})], "convert.too_large"),
        ([Row(line, {0: "x"}) for line in range(MAX_ROWS + 2)], "convert.too_large"),
    ],
    ids=["nothing", "wide", "long"],
)
def test_make_table_of_nothing_or_too_much_is_refused(lines, code):
    with pytest.raises(CallerError) as refused:
        make_table(lines)
    assert refused.value.code == code
