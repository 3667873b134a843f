import pytest

from node.convert.assembly import Assembly
from node.convert.columns import column_named, columns_of
from node.convert.table import Row
from tests.convert.tables import NOW

NOTICE = "pre-arrival-notice/1"


def assembled(header, *rows, document_type=NOTICE):
    """Assemble lines of cells under a header; the first line below it is line 2."""
    names = tuple(header.split())
    columns = {place: column_named(document_type, name) for place, name in enumerate(names)}
    made = Assembly(columns, names, columns_of(document_type), NOW.tzinfo)
    for line, cells in enumerate(rows, start=2):
        made.add(Row(line, {place: cell for place, cell in enumerate(cells) if cell}))
    return made


def goods_of(made):
    return [[item.get("hs_code") for item in one.get("goods", ())] for one in made.value["consignments"]]


def test_assembly_puts_cells_where_their_paths_say():
    made = assembled("mode to bill consignor", ("1", "TM-SCS;UZ-CC", "B-1", "Baku Textil"))
    assert made.value == {
        "transport": {"mode": "1"},
        "recipients": ["TM-SCS", "UZ-CC"],
        "consignments": [
            {
                "transport_document": {"number": "B-1"},
                "consignor": {"organisation": {"name": "Baku Textil"}},
            }
        ],
    }


def test_assembly_remembers_the_place_of_every_member_and_entry():
    made = assembled("mode bill", ("1", "B-1"))
    assert made.places == {
        "/transport/mode": "line 2, column A mode",
        "/consignments/0": "line 2",
        "/consignments/0/transport_document/number": "line 2, column B bill",
    }


def test_assembly_line_without_own_cells_goes_on_with_the_entry_above():
    made = assembled("bill hs_code", ("B-1", "520512"), ("", "520811"), ("B-2", "080610"))
    assert goods_of(made) == [["520512", "520811"], ["080610"]]


def test_assembly_own_cells_repeated_in_full_go_on_with_the_entry_above():
    made = assembled("bill ucr hs_code", ("B-1", "U", "520512"), ("B-1", "U", "520811"))
    assert goods_of(made) == [["520512", "520811"]]


def test_assembly_own_cells_repeated_in_part_go_on_where_a_list_inside_is_filled():
    made = assembled("bill ucr hs_code", ("B-1", "U", "520512"), ("B-1", "", "520811"))
    assert goods_of(made) == [["520512", "520811"]]


def test_assembly_own_cells_repeated_in_part_begin_an_entry_where_nothing_is_inside():
    made = assembled("bill ucr", ("B-1", "U"), ("B-1", ""))
    assert len(made.value["consignments"]) == 2
    assert made.failures == []


def test_assembly_own_cells_beyond_those_above_begin_an_entry():
    made = assembled("bill ucr hs_code", ("B-1", "", "520512"), ("B-1", "U", "520811"))
    assert goods_of(made) == [["520512"], ["520811"]]


def test_assembly_list_inside_begins_anew_in_each_entry():
    made = assembled("bill hs_code", ("B-1", "520512"), ("B-2", "520512"))
    assert goods_of(made) == [["520512"], ["520512"]]


def test_assembly_lists_beside_each_other_share_lines():
    made = assembled("wagon container", ("W1", "C1"), ("W2", ""), ("", "C2"))
    assert [one["identification"] for one in made.value["transport"]["passive_means"]] == ["W1", "W2"]
    assert [one["identification"] for one in made.value["equipment"]] == ["C1", "C2"]


def test_assembly_entry_may_have_cells_of_the_list_inside_alone():
    assert goods_of(assembled("hs_code", ("520512",), ("520811",))) == [["520512", "520811"]]


def test_assembly_number_of_an_entry_decides_alone():
    header = "consignments[].sequence bill hs_code"
    made = assembled(header, ("1", "B", "520512"), ("2", "B", "080610"), ("1", "", "520811"))
    assert goods_of(made) == [["520512", "520811"], ["080610"]]


def test_assembly_cells_left_out_with_the_number_are_no_difference():
    header = "consignments[].sequence bill hs_code"
    made = assembled(header, ("1", "B", "520512"), ("", "B", "520811"))
    assert goods_of(made) == [["520512", "520811"]]


def test_assembly_number_of_an_entry_with_another_cell_is_a_contradiction():
    made = assembled("consignments[].sequence bill", ("1", "B-1"), ("1", "B-2"))
    (failure,) = made.failures
    assert (failure.source, failure.code) == ("line 3, column B bill", "convert.differs")
    assert failure.text == "differs from line 2, column B bill"


def test_assembly_number_that_only_points_does_not_decide():
    made = assembled(
        "declared[].sequence declared[].procedure",
        ("1", "home-use"),
        ("1", "transit"),
        document_type="import-result/1",
    )
    made.number_entries()
    assert [one["sequence"] for one in made.value["declared"]] == [1, 1]
    assert made.failures == []


def test_assembly_plain_member_that_changes_within_a_document_is_a_contradiction():
    made = assembled("mode bill", ("1", "B-1"), ("2", "B-2"))
    assert [(one.source, one.code, one.pointer) for one in made.failures] == [
        ("line 3, column A mode", "convert.differs", "/transport/mode")
    ]


def test_assembly_line_that_adds_nothing_may_be_an_equal_entry_and_is_refused():
    made = assembled("hs_code packages", ("520512", "40"), ("520512", "40"))
    assert [(one.source, one.code) for one in made.failures] == [("line 3", "convert.line_repeats")]


def test_assembly_line_that_only_repeats_the_document_itself_is_harmless():
    assert assembled("mode bill", ("1", "B-1"), ("1", "")).failures == []


def test_assembly_equal_entries_are_told_apart_by_their_numbers():
    header = "consignments[].goods[].sequence hs_code"
    made = assembled(header, ("1", "520512"), ("2", "520512"))
    assert goods_of(made) == [["520512", "520512"]]
    assert made.failures == []


def test_assembly_numbers_entries_that_have_no_number():
    made = assembled("bill hs_code", ("B-1", "520512"), ("", "520811"))
    made.number_entries()
    (consignment,) = made.value["consignments"]
    assert consignment["sequence"] == 1
    assert [item["sequence"] for item in consignment["goods"]] == [1, 2]
    assert [(one.source, one.pointer) for one in made.remarks] == [
        ("line 2", "/consignments/0/sequence"),
        ("line 2", "/consignments/0/goods/0/sequence"),
        ("line 3", "/consignments/0/goods/1/sequence"),
    ]


def test_assembly_cell_that_cannot_be_read_fails_with_its_place():
    made = assembled("bill gross_mass", ("B-1", "much"), ("", "1,200"))
    assert [(one.source, one.code) for one in made.failures] == [
        ("line 2, column B gross_mass", "convert.cell"),
        ("line 3, column B gross_mass", "convert.cell"),
    ]
    assert made.unread == {"consignments[].goods[].gross_mass"}


def test_assembly_remark_on_a_cell_points_at_its_member_once():
    made = assembled("eta bill", ("2026-11-25 06:00", "B-1"), ("2026-11-25 06:00", "B-2"))
    assert [(one.concern, one.source, one.pointer) for one in made.remarks] == [
        ("defaulted", "line 2, column A eta", "/transport/estimated_arrival_at")
    ]


@pytest.fixture
def made():
    return assembled("mode bill", ("1", "B-1"))


def test_assembly_fault_of_a_cell_fails_where_its_column_is_known(made):
    made.add(Row(3, {1: "B-2"}, faults={1: "why", 9: "why"}))
    assert [(one.source, one.text) for one in made.failures] == [("line 3, column B bill", "why")]


def test_assembly_doubt_about_an_empty_cell_is_said_where_its_column_is_known(made):
    made.add(Row(3, {1: "B-2", 7: "x"}, doubts={0: "why", 9: "why"}))
    assert [(one.concern, one.source, one.text) for one in made.remarks] == [
        ("doubtful", "line 3, column A mode", "why")
    ]
