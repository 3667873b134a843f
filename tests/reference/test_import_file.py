from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from node.errors import CallerError
from node.reference import import_file
from node.reference.cargo_codes import PACKAGE_TYPES, UNITS
from node.reference.dangerous_goods import UN_NUMBERS
from node.reference.harmonized import HARMONIZED
from node.reference.import_file import ENCODINGS, read_list
from node.reference.offices import OFFICES
from node.reference.places import LOCODES

HS = """section,hscode,description,parent,level
VI,29,Organic things,TOTAL,2
VI,2915,"Acids, with
one group",29,4
VI,291524,Anhydride,2915,6
TOTAL,TOTAL,Everything,TOTAL,5
TOTAL,9999,Not said,99,4
"""
LOCODE_HEAD = (
    "Change,Country,Location,Name,NameWoDiacritics,Subdivision,"
    "Status,Function,Date,IATA,Coordinates,Remarks\n"
)
LOCODE_ROWS = """,AZ,,.AZERBAIJAN,,,,,,,,
,AZ,ALA,Ələt,Alat,,1-3-----,RL,2307,,3957N 04924E,
,AX,MHQ,Maarianhamina (Mariehamn),Maarianhamina,,AI,1--4----,1207,,,
,AX,MHQ,Mariehamn (Maarianhamina),Mariehamn,,AI,1--4----,1207,,,
,AX,MHQ,Mariehamn (Maarianhamina),Mariehamn,,AI,1--4----,1208,,,
=,CN,,Peking = Beijing,Peking = Beijing,,,,,,,
,MA,MDT,Midelt,Midelt,,AA,--3-----,1607,,,"
"
"""


def codes_of(raw, codes, **options):
    found = read_list(raw if isinstance(raw, bytes) else raw.encode(), codes, **options)
    return {entry.code: entry.name for entry in found.entries}


def refused(raw, codes=UNITS, **options):
    with pytest.raises(CallerError) as error:
        read_list(raw if isinstance(raw, bytes) else raw.encode(), codes, **options)
    return error.value.code, error.value.message


def test_harmonized_system_is_read_without_its_totals():
    found = read_list(HS.encode(), HARMONIZED)
    assert [(entry.code, entry.name) for entry in found.entries] == [
        ("29", "Organic things"),
        ("2915", "Acids, with one group"),
        ("291524", "Anhydride"),
    ]
    assert found.skipped == 2


@pytest.mark.parametrize("text", [LOCODE_HEAD + LOCODE_ROWS, LOCODE_ROWS], ids=["head", "no head"])
def test_locodes_are_read_with_and_without_a_head(text):
    found = read_list(text.encode(), LOCODES)
    assert {entry.code: entry.name for entry in found.entries} == {
        "AXMHQ": "Maarianhamina (Mariehamn) / Mariehamn (Maarianhamina)",
        "AZALA": "Ələt",
        "MAMDT": "Midelt",
    }
    assert found.skipped == 2


def test_locodes_as_many_as_are_published_are_read_in_seconds():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rows = (
        f",A{a},{b}{c}{d},Place,Place,,RL,1-------,0001,,,\n"
        for a in "FGLMOR"
        for b in letters
        for c in letters
        for d in letters + "23"
    )
    assert len(read_list("".join(rows).encode(), LOCODES).entries) == 6 * 26 * 26 * 28


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_plain_list_is_read_with_any_usual_delimiter_and_line_end(delimiter, ending):
    lines = [("Code", "Name"), ("KGM", "Kilogram"), ("", ""), ("TNE", " Tonne ")]
    text = ending.join(delimiter.join(cells) for cells in lines)
    assert codes_of(text, UNITS) == {"KGM": "Kilogram", "TNE": "Tonne"}


def test_plain_list_may_have_days():
    text = "code,name,valid_from,valid_until\nAZ000101,Alat,2026-01-01,\nAZ000102,Baku,,2026-12-31\n"
    first, second = read_list(text.encode(), OFFICES).entries
    assert (first.valid_from, first.valid_until) == (date(2026, 1, 1), None)
    assert (second.valid_from, second.valid_until) == (None, date(2026, 12, 31))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_list_in_each_encoding_is_read(encoding):
    name = "\u041a\u0433" if encoding not in {"windows-1252", "iso-8859-1"} else "K\u00e9"
    raw = f"code,name\nKGM,{name}\n".encode(encoding)
    assert codes_of(raw, UNITS, encoding=encoding) == {"KGM": name}


def test_byte_order_mark_is_no_part_of_the_first_column():
    assert codes_of("\ufeffcode,name\nKGM,Kilogram\n", UNITS) == {"KGM": "Kilogram"}


def test_locodes_with_twelve_other_columns_are_refused():
    code, message = refused(",".join("abcdefghijkl") + "\n", LOCODES)
    assert (code, message) == ("codes.columns", "line 1: not the columns of this list")


def test_locodes_whose_first_row_has_a_comma_in_quotes_are_read():
    text = ',AZ,ALA,"Alat, port",Alat,,1-3-----,RL,2307,,,\n'
    assert codes_of(text, LOCODES) == {"AZALA": "Alat, port"}


def test_same_code_with_the_same_words_counts_once():
    assert codes_of("code,name\nKGM,Kilogram\nKGM,Kilogram\n", UNITS) == {"KGM": "Kilogram"}


def test_same_code_with_other_words_names_both_lines():
    code, message = refused("code,name\nKGM,Kilogram\nTNE,Tonne\nKGM,Stone\n")
    assert code == "codes.conflict"
    assert message == "lines 2 and 4 say different things of one code"


@pytest.mark.parametrize(
    ("raw", "code", "fact"),
    [
        (b"", "codes.empty", "the file is empty"),
        (b" \r\n\n", "codes.empty", "the file is empty"),
        (b"code,name\n", "codes.empty", "there is no code"),
        (b"code,name\n\n,\n", "codes.empty", "there is no code"),
        (b"code\nKGM\n", "codes.columns", "line 1"),
        (b"a" * 140_000, "codes.columns", "line 1"),
        (b"name,code\nKilogram,KGM\n", "codes.columns", "line 1"),
        (b"code,name,colour\nKGM,Kilogram,red\n", "codes.columns", "line 1"),
        (b'"code,name\nKGM,Kilogram\n', "codes.columns", "line 1"),
        (b"code,name\nKGM,K\xfftest\n", "codes.encoding", "line 2: not utf-8"),
        (b"code,name\nKGM,Kilo\0gram\n", "codes.encoding", "line 2: a NUL character"),
        ("code,name\nKGM,K\n".encode("utf-16"), "codes.encoding", "line 1: not utf-8"),
        ("code,name\nKGM,K\n".encode("utf-16-le"), "codes.encoding", "line 1: a NUL character"),
        (b"code,name\nKGM\n", "codes.row", "line 2: 1 columns instead of 2"),
        (b"code,name\nKGM,a,b\n", "codes.row", "line 2: 3 columns instead of 2"),
        (b"code,name\nkgm,Kilogram\n", "codes.row", "line 2: the code is not a unit of two or three"),
        (b"code,name\nKGM,\n", "codes.row", "line 2: no name"),
        (b"code,name\nKGM,a\x1b[2Jb\n", "codes.row", "line 2: the name is too long, or has characters"),
        (b"code,name\nKGM," + b"a" * 2001, "codes.row", "line 2: the name is too long"),
        (b'code,name\nTNE,Tonne\nKGM,"Kilogram\n', "codes.row", "line 3: quotes that do not close"),
        (b'code,name\nKGM,"Kilo"gram\n', "codes.row", "line 2: quotes that do not close"),
        (b"code,name\nKGM," + b"a" * 140_000, "codes.row", "line 2: quotes that do not close"),
        (b"MZ\x90\x03 program", "codes.encoding", "line 1: not utf-8"),
    ],
)
def test_file_that_is_no_list_is_refused_whole_with_code_and_line(raw, code, fact):
    found, message = refused(raw)
    assert found == code
    assert message.startswith(fact)


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        ("AZ000101,Alat,1.1.2026,", "line 2: a day is not written YYYY-MM-DD"),
        ("AZ000101,Alat,2026-02-30,", "line 2: there is no such day"),
        ("AZ000101,Alat,2026-02-02,2026-02-01", "line 2: valid_until is before valid_from"),
    ],
)
def test_days_that_cannot_be_are_refused(row, fact):
    text = f"code,name,valid_from,valid_until\n{row}\n"
    assert refused(text, OFFICES) == ("codes.row", fact)


def test_leading_zeros_that_a_spreadsheet_dropped_are_refused_with_a_hint():
    with pytest.raises(CallerError) as error:
        read_list(b"code,name\n4,Ammonium picrate\n", UN_NUMBERS)
    assert error.value.code == "codes.row"
    assert "leading zeros" in error.value.hint


def test_many_wrong_rows_are_named_up_to_five():
    code, message = refused("code,name\n" + "x,y\n" * 1_000)
    assert code == "codes.row"
    assert message.endswith("; and more")
    assert [part.split(":")[0] for part in message.split("; ")[:5]] == [f"line {n}" for n in range(2, 7)]


def test_row_after_a_cell_of_several_lines_is_named_by_its_own_line():
    _, message = refused('code,name\nKGM,"Kilo\ngram"\nx,y\n')
    assert message.startswith("line 4: ")


@pytest.mark.parametrize(("limit", "unit"), [("MAX_FILE_BYTES", "bytes"), ("MAX_ENTRIES", "codes")])
def test_file_beyond_the_limit_is_refused(limit, unit, monkeypatch):
    monkeypatch.setattr(import_file, limit, 1)
    code, message = refused("code,name\nKGM,Kilogram\nTNE,Tonne\n")
    assert (code, message) == ("codes.oversize", f"more than 1 {unit}")


def test_refusal_repeats_no_cell():
    _, message = refused("code,name\nplanted,word\n")
    assert "planted" not in message


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"code,name\n\r\n\x85,\xc2\x85")
def test_any_bytes_are_a_list_or_a_named_error(raw):
    for codes in (UNITS, HARMONIZED, LOCODES):
        try:
            read_list(raw, codes)
        except CallerError as error:
            assert error.code.startswith("codes.")  # noqa: PT017  either outcome is right


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.from_regex("[A-Z0-9]{2}", fullmatch=True),
        st.from_regex("[a-z]{1,9}", fullmatch=True),
        min_size=1,
    )
)
def test_list_written_and_read_is_the_same_in_any_order(codes):
    rows = [f"{code},{name}" for code, name in codes.items()]
    rows.sort(key=lambda row: row[::-1])
    assert codes_of("\n".join(["code,name", *rows]), PACKAGE_TYPES) == codes
