import pytest

from node.convert.csv_file import decode, header_of, read_csv
from node.convert.table import MAX_ROWS
from node.errors import CallerError


def cells(raw):
    table = read_csv(raw)
    return [table.header, *(tuple(row.cells.values()) for row in table.rows)]


PLAIN = "reference,eta\r\nAZ-1,Баку\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1251"]
)
def test_read_csv_finds_the_encoding(encoding):
    assert cells(PLAIN.encode(encoding)) == [("reference", "eta"), ("AZ-1", "Баку")]


def test_read_csv_in_turkish_code_page_is_doubtful():
    table = read_csv("reference,eta\nAZ-1,Gümüş şerit\n".encode("windows-1254"))
    assert table.rows[0].cells[1] == "Gümüş şerit"
    assert [remark.text for remark in table.remarks] == ["not UTF-8: read as windows-1254"]


def test_read_csv_in_utf_8_has_no_remark():
    assert read_csv(PLAIN.encode()).remarks == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_csv_finds_separator_and_line_ends(separator, end):
    raw = end.join([f"reference{separator}eta", f"AZ-1{separator}x", ""]).encode()
    assert cells(raw) == [("reference", "eta"), ("AZ-1", "x")]


def test_read_csv_finds_the_separator_although_another_one_is_more_frequent():
    assert cells(b'reference;"x, y, z"\nAZ-1;x\n')[0] == ("reference", "x, y, z")


def test_read_csv_follows_the_line_that_excel_writes_above_the_header():
    table = read_csv(b"sep=;\r\nreference;eta\r\nAZ-1;x\r\n")
    assert table.header == ("reference", "eta")
    assert table.rows[0].line == 3


def test_read_csv_counts_lines_as_an_editor_shows_them():
    table = read_csv(b'\nreference,eta\nAZ-1,"two\nlines"\n\nAZ-2,x\n')
    assert [row.line for row in table.rows] == [3, 6]
    assert table.rows[0].cells[1] == "two\nlines"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "convert.empty"),
        (b"\xef\xbb\xbf", "convert.empty"),
        (b",,,\n", "convert.empty"),
        (b'reference,eta\nAZ-1,"open', "convert.csv_malformed"),
        (b'reference,eta\nAZ-1,"a"b\n', "convert.csv_malformed"),
        (b"reference,eta\n" + b"x" * 200_000, "convert.csv_malformed"),
        (b"reference,eta\nAZ\0-1,x\n", "convert.nul"),
        ("reference,eta\nAZ-1,x".encode("utf-32"), "convert.nul"),
        (b"\xff\xfe\x00\xd8x", "convert.encoding"),
        (b"reference,eta\nAZ-1,\x8d\n", "convert.encoding"),
        (b"reference\n" + b"x\n" * (MAX_ROWS + 2), "convert.too_large"),
        (b"x," * 1_001 + b"x\n", "convert.too_large"),
    ],
    ids=[
        "nothing",
        "only a mark",
        "only separators",
        "quote not closed",
        "text after a quote",
        "endless cell",
        "zero byte",
        "UTF-32",
        "half of UTF-16",
        "no encoding at all",
        "too many lines",
        "too many columns",
    ],
)
def test_read_csv_malformed_is_refused_by_name(raw, code):
    with pytest.raises(CallerError) as refused:
        read_csv(raw)
    assert refused.value.code == code


def test_read_csv_malformed_names_the_line():
    with pytest.raises(CallerError, match="from line 3 on"):
        read_csv(b'reference,eta\nAZ-1,x\nAZ-2,"open\n')


def test_decode_of_one_byte_is_no_utf_16():
    assert decode(b"x")[0] == "x"


def test_header_of_text_that_is_no_table_is_what_stands_first():
    assert header_of("hello\nworld") == ["hello"]
    assert header_of("") == []
    assert header_of("x" * 200_000) == []
