import pytest

from node.convert.heading import Heading
from node.convert.table import Row
from node.errors import CallerError

NOTICE = "pre-arrival-notice/1"


def lines_of(head, *rows):
    return [[row.line for row in group] for group in head.groups(rows)]


def test_heading_columns_leave_out_the_type_and_what_the_document_has_not():
    columns = Heading(("type", "mode", "colour", "risk")).columns(NOTICE)
    assert {place: column.path for place, column in columns.items()} == {1: "transport.mode"}


def test_heading_with_one_member_in_two_columns_is_refused():
    with pytest.raises(CallerError, match="columns A and C are both") as refused:
        Heading(("mode", "eta", "transport.mode")).columns(NOTICE)
    assert refused.value.code == "convert.column_twice"


@pytest.mark.parametrize(
    ("names", "likely"),
    [
        (("mode", "hs_code", "colour"), NOTICE),
        (("consignments[].ucr",), NOTICE),
        (("risk", "action"), "alert/1"),
        (("reference",), ""),
        (("risk", "bill", "loading"), ""),
    ],
)
def test_heading_likely_type_is_the_only_one_with_every_known_column(names, likely):
    assert Heading(names).likely_type == likely


def test_heading_groups_lines_of_a_reference_wherever_they_stand():
    head = Heading(("eta", "reference"))
    rows = [Row(2, {1: "A"}), Row(3, {0: "x"}), Row(4, {1: "B"}), Row(5, {1: " A "})]
    assert lines_of(head, *rows) == [[2, 3, 5], [4]]


def test_heading_groups_lines_above_the_first_reference_apart():
    head = Heading(("number", "eta"))
    assert lines_of(head, Row(2, {1: "x"}), Row(3, {0: "A"})) == [[2], [3]]


def test_heading_without_reference_makes_each_line_a_document():
    assert lines_of(Heading(("eta",)), Row(2, {0: "x"}), Row(3, {0: "x"})) == [[2], [3]]


def test_heading_names_unknown_columns_once_each_without_their_text():
    found = [(one.concern, one.source) for one in Heading(("eta", "", "Colour")).unknown()]
    assert found == [("dropped", "column B"), ("dropped", "column C")]
    assert "Colour" not in "".join(one.text for one in Heading(("Colour",)).unknown())
