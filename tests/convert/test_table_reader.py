import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.columns import columns_of
from node.convert.table_reader import digest_of, read_csv_table, read_xlsx_table
from node.convert.template import explained_rows, filled_rows, written
from node.convert.workbook import write_workbook
from node.errors import CallerError
from node.message.document import read_document
from tests.convert.tables import CONTEXT, LINE, as_csv, failures, notice_lines, remarks, workbook

EXAMPLES = sorted((Path(__file__).parents[2] / "schemas" / "examples").glob("*.json"))
DEFAULTS = replace(CONTEXT, is_test=False)


def read(*changes, context=CONTEXT):
    return read_csv_table(as_csv(notice_lines(*changes)), context)


def without_empty_lists(value):
    """Drop empty optional lists at the top: a list without entries may be left out."""
    return {name: member for name, member in value.items() if member != []}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_read_table_of_a_published_example_gives_it_back(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    document_type = document["type"]
    rows = filled_rows(document_type, [document])
    for reader, raw in (
        (read_csv_table, written(rows)),
        (read_xlsx_table, write_workbook(rows, explained_rows(document_type))),
    ):
        conversion = reader(raw, DEFAULTS)
        (draft,) = conversion.drafts
        assert failures(conversion) == []
        assert draft.value == without_empty_lists(document)
        assert conversion.remarks == ()


def test_read_table_gives_a_document_that_passes():
    (draft,) = read().drafts
    assert draft.failures == ()
    assert read_document(draft.raw).document.reference == "AZ-PAN-1"


def test_read_table_is_the_same_from_csv_and_from_a_workbook():
    numbers = {"gross_mass": 1500.5, "packages": 40, "gross_total": 1500.5}
    (written_,) = read_xlsx_table(workbook(notice_lines(numbers)), CONTEXT).drafts
    (typed,) = read().drafts
    assert written_.value == typed.value


def test_read_table_header_members_come_from_the_options_with_a_remark():
    (draft,) = read().drafts
    assert draft.value["originator"] == {"authority": "AZ-SCC", "unit": "PCU-ALYAT", "country": "AZ"}
    assert draft.value["issued_at"] == "2026-11-24T06:00:00Z"
    sources = {one.pointer: one.source for one in draft.remarks if one.concern == "defaulted"}
    assert sources["/recipients"] == "option --to"
    assert sources["/originator/authority"] == "the options"
    assert "/reference" not in sources


def test_read_table_header_members_of_the_table_win():
    (draft,) = read({"to": "UZ-CC;TM-SCS", "priority": "urgent"}).drafts
    assert draft.value["recipients"] == ["UZ-CC", "TM-SCS"]
    assert draft.value["priority"] == "urgent"


def test_read_table_lines_of_one_reference_are_one_document():
    second = dict.fromkeys(LINE, "") | {
        "reference": "",
        "description": "Cotton fabric",
        "hs_code": "520811",
    }
    second |= {"gross_mass": "300", "packages": "10", "package_type": "CT"}
    (draft,) = read({"gross_total": "1800.5"}, second).drafts
    assert draft.failures == ()
    assert draft.source == "lines 2 to 3"
    assert len(draft.value["consignments"][0]["goods"]) == 2


def test_read_table_bad_line_spoils_no_other_document():
    conversion = read({}, {"reference": "AZ-PAN-2", "hs_code": "52051"}, {"reference": "AZ-PAN-3"})
    assert [bool(draft.failures) for draft in conversion.drafts] == [False, True, False]
    (found,) = failures(conversion)
    assert found == ("line 3, column W hs_code", "value.form")


def test_read_table_names_all_bad_cells_of_a_document_at_once():
    found = failures(read({"hs_code": "5", "gross_mass": "much", "packages": "1.5"}))
    assert found == [
        ("line 2, column X gross_mass", "convert.cell"),
        ("line 2, column Y packages", "convert.cell"),
        ("line 2, column W hs_code", "value.form"),
    ]


def test_read_table_rule_between_members_is_named_with_its_cell():
    found = failures(read({"mode": "7"}))
    assert found == [("line 2, column H combined_mode", "rule.combined_mode")]


@pytest.mark.parametrize(
    ("change", "source"),
    [
        ({"hs_code": ""}, "line 2, column W hs_code"),
        ({"mode": ""}, "line 2, column D mode"),
        ({"carrier": ""}, "line 2, columns of carrier"),
    ],
)
def test_read_table_absent_member_is_named_with_its_column(change, source):
    assert (source, "member.missing") in failures(read(change))


def test_read_table_absent_member_without_column_is_named_with_its_path():
    lines = [{name: cell for name, cell in LINE.items() if name != "hs_code"}]
    found = failures(read_csv_table(as_csv(lines), CONTEXT))
    assert found == [("line 2, no column for consignments[].goods[].hs_code", "member.missing")]


def test_read_table_without_recipients_names_the_option():
    found = failures(read(context=replace(CONTEXT, recipients=())))
    assert found == [("option --to", "list.length")]


def test_read_table_doubt_of_the_rules_has_the_place_of_its_cell():
    found = dict(remarks(read({"container": "CSQU3054384", "in_container": "1"}), "doubtful"))
    assert any("container" in source for source in found)


def test_read_table_unknown_column_is_dropped_once():
    assert remarks(read({"colour": "red"}, {"reference": "AZ-PAN-2"}), "dropped") == [
        ("column AA", "no member has the name of this column")
    ]


def test_read_table_column_of_another_document_is_dropped_where_it_is_filled():
    lines = notice_lines(
        {"type": "alert", "risk": "drugs"}, {"reference": "N", "type": "pre-arrival-notice"}
    )
    conversion = read_csv_table(as_csv(lines), CONTEXT)
    assert ("line 2, column D mode", "alert/1 has no such member") in remarks(conversion, "dropped")
    assert ("line 3, column AB risk", "pre-arrival-notice/1 has no such member") not in remarks(
        conversion, "dropped"
    )


@pytest.mark.parametrize("named", ["alert", "Alert/1"])
def test_read_table_type_may_stand_in_a_column(named):
    (draft,) = read_csv_table(
        as_csv([{"type": named, "reference": "A"}, {"reference": "A"}]), CONTEXT
    ).drafts
    assert draft.value["type"] == "alert/1"


def test_read_table_type_may_come_from_the_options():
    context = replace(CONTEXT, document_type="recall/1")
    (draft,) = read_csv_table(as_csv([{"reference": "A"}]), context).drafts
    assert draft.value["type"] == "recall/1"


def test_read_table_type_that_nothing_tells_is_refused():
    with pytest.raises(CallerError) as refused:
        read_csv_table(as_csv([{"reference": "A"}]), CONTEXT)
    assert refused.value.code == "convert.type_unknown"


def test_read_table_reference_is_invented_where_the_table_has_none():
    lines = [{name: cell for name, cell in LINE.items() if name != "reference"}] * 2
    raw = as_csv(lines)
    first, second = read_csv_table(raw, CONTEXT).drafts
    assert first.value["reference"] == f"CNV-{digest_of(raw)}-1"
    assert second.value["reference"] == f"CNV-{digest_of(raw)}-2"
    assert any(one.pointer == "/reference" for one in first.remarks)


def test_read_table_times_without_zone_are_read_in_the_one_given():
    context = replace(CONTEXT, zone=ZoneInfo("Asia/Baku"))
    (draft,) = read({"eta": "25.11.2026 07:30"}, context=context).drafts
    assert draft.value["transport"]["estimated_arrival_at"] == "2026-11-25T03:30:00Z"


BAD_LINES = {
    "first line without reference": (
        [{"reference": ""}],
        "line 2, column A reference",
        "convert.reference_absent",
    ),
    "type that is none": ([{"type": "letter"}], "line 2, column AA type", "convert.type_unknown"),
    "two types": ([{"type": "alert"}, {"type": "recall"}], "line 3, column AA type", "convert.differs"),
    "two versions": (
        [{"version": "1"}, {"version": "2"}],
        "line 3, column AA version",
        "convert.differs",
    ),
    "line twice": ([{}, {}], "line 3", "convert.line_repeats"),
    "comma": ([{"gross_mass": "1,500"}], "line 2, column X gross_mass", "convert.cell"),
    "unit": ([{"gross_mass": "1500 kg"}], "line 2, column X gross_mass", "convert.cell"),
    "no number": ([{"packages": "some"}], "line 2, column Y packages", "convert.cell"),
    "American date": ([{"eta": "11/25/2026"}], "line 2, column B eta", "convert.cell"),
    "impossible date": ([{"eta": "2026-02-30 06:00"}], "line 2, column B eta", "convert.cell"),
    "shortened number": ([{"means": "9,12E+17"}], "line 2, column E means", "convert.cell"),
    "code unknown": ([{"in_container": "7"}], "line 2, column O in_container", "value.code"),
    "control character": ([{"consignor": "a\x07b"}], "line 2, column T consignor", "value.form"),
    "too long": ([{"consignor": "x" * 71}], "line 2, column T consignor", "value.length"),
}


@pytest.mark.parametrize(("changes", "source", "code"), BAD_LINES.values(), ids=BAD_LINES)
def test_read_table_bad_line_fails_with_place_and_code(changes, source, code):
    assert (source, code) in failures(read(*changes))


def test_read_table_line_with_more_cells_than_columns_fails():
    raw = as_csv(notice_lines()).replace(b"Cotton yarn on cones", b"Cotton, yarn, on cones")
    assert ("line 2, column AA", "convert.line_long") in failures(read_csv_table(raw, CONTEXT))


def test_read_table_without_any_known_column_is_refused():
    with pytest.raises(CallerError) as refused:
        read_csv_table(b"colour,size\nred,1\n", CONTEXT)
    assert refused.value.code == "convert.columns_unknown"


def test_read_table_document_of_too_many_bytes_fails():
    lines = [LINE | {"description": f"{number} {'x' * 500}"} for number in range(600)]
    (draft,) = read_csv_table(as_csv(lines), CONTEXT).drafts
    assert [one.code for one in draft.failures] == ["document.malformed"]


def test_read_table_of_every_empty_template_has_no_document():
    for document_type in ("pre-arrival-notice/1", "alert/1", "statistics/1"):
        assert read_csv_table(written([list(columns_of(document_type))]), CONTEXT).drafts == ()


CODES = {
    "convert.empty",
    "convert.too_large",
    "convert.encoding",
    "convert.nul",
    "convert.csv_malformed",
    "convert.columns_unknown",
    "convert.column_twice",
    "convert.type_unknown",
    "convert.encrypted",
    "convert.xls_old",
    "convert.xlsx_malformed",
    "convert.xlsx_hostile",
    "convert.sheets_several",
}


def only_known_errors(reader, raw):
    try:
        conversion = reader(raw, CONTEXT)
    except CallerError as error:
        assert error.code in CODES  # noqa: PT017 - some inputs raise, some do not
    else:
        assert all(one.code for one in conversion.drafts for one in one.failures)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_read_table_of_any_bytes_raises_nothing_else(raw):
    only_known_errors(read_csv_table, raw)
    only_known_errors(read_xlsx_table, raw)
    only_known_errors(read_xlsx_table, b"PK\x03\x04" + raw)


CSV, XLSX = as_csv(notice_lines({}, {"reference": "B"})), workbook(notice_lines({}, {"reference": "B"}))
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), min_size=1, max_size=4)


def changed(raw, changes):
    for share, piece in changes:
        place = int(share * len(raw))
        raw = raw[:place] + piece + raw[place + len(piece) :]
    return raw


@settings(max_examples=80, deadline=None)
@given(CHANGES)
def test_read_table_of_a_changed_file_raises_nothing_else(changes):
    only_known_errors(read_csv_table, changed(CSV, changes))
    only_known_errors(read_xlsx_table, changed(XLSX, changes))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(LINE)), st.text(max_size=12).filter(lambda text: "\0" not in text))
def test_read_table_of_any_cell_gives_a_document_or_a_failure(name, text):
    (draft, *_) = read({name: text}).drafts
    assert draft.failures or read_document(draft.raw).document
