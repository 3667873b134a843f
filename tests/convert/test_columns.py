import pytest

from node.convert.columns import Kind, column_named, columns_of, folded, is_known, type_named
from node.message.document import DOCUMENT_TYPES

NOTICE = "pre-arrival-notice/1"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("transport.mode", Kind.TEXT),
        ("consignments[].goods[].gross_mass", Kind.DECIMAL),
        ("consignments[].goods[].packages", Kind.INTEGER),
        ("consignments[].goods[].un_number", Kind.TEXT),
        ("test", Kind.BOOLEAN),
        ("transport.estimated_arrival_at", Kind.INSTANT),
    ],
)
def test_columns_of_a_notice_have_the_kind_of_their_member(path, kind):
    assert columns_of(NOTICE)[path].kind is kind


def test_columns_of_a_list_of_plain_values_are_one_column():
    assert columns_of(NOTICE)["recipients"].is_list
    assert "recipients[]" not in columns_of(NOTICE)


def test_columns_of_a_union_hold_the_members_of_each_alternative():
    paths = columns_of("amendment/1").keys()
    assert {"document.consignments[].ucr", "document.risks[].area", "document.reference"} <= paths


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("reference", ""),
        ("transport.mode", ""),
        ("consignments[].consignor.organisation.name", "consignments[]"),
        ("consignments[].goods[].hs_code", "consignments[].goods[]"),
    ],
)
def test_column_owner_is_the_list_around_it(path, owner):
    assert columns_of(NOTICE)[path].owner == owner


def test_column_lists_are_those_around_it_from_the_outside_in():
    column = columns_of(NOTICE)["consignments[].goods[].hs_code"]
    assert column.lists == ("consignments[]", "consignments[].goods[]")


def test_column_is_always_only_where_every_part_around_it_is_required():
    columns = columns_of(NOTICE)
    assert columns["transport.mode"].is_always
    assert not columns["consignments[].sequence"].is_always
    assert columns["consignments[].sequence"].is_required


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_column_that_numbers_entries_is_required_and_the_only_one_of_its_list(document_type):
    found = [column for column in columns_of(document_type).values() if column.is_position]
    assert len({column.owner for column in found}) == len(found)
    assert all(column.is_required and column.owner for column in found)


def test_column_that_numbers_entries_is_known_from_one_that_points_at_them():
    assert columns_of(NOTICE)["consignments[].goods[].sequence"].is_position
    assert columns_of("information-request/1")["questions[].number"].is_position
    assert not columns_of("import-result/1")["declared[].sequence"].is_position
    assert not columns_of(NOTICE)["equipment[].goods[].item"].is_position


@pytest.mark.parametrize("header", ["transport.mode", " Transport.Mode ", "mode", "MODE"], ids=repr)
def test_column_named_finds_a_path_or_a_short_name_however_it_is_spelt(header):
    assert column_named(NOTICE, header).path == "transport.mode"


def test_column_named_folds_spaces_and_hyphens():
    assert column_named(NOTICE, "Gross-Mass").path == "consignments[].goods[].gross_mass"
    assert folded(" HS code\n") == "hs_code"


def test_column_named_is_none_for_what_the_document_has_not():
    assert column_named("recall/1", "mode") is None
    assert column_named(NOTICE, "colour") is None
    assert column_named(NOTICE, "") is None


def test_is_known_asks_every_document():
    assert is_known("risks[].area")
    assert not is_known("colour")


@pytest.mark.parametrize(
    ("text", "found"), [("alert", "alert/1"), (" Alert/1 ", "alert/1"), ("alert/2", None), ("", None)]
)
def test_type_named_takes_a_type_with_or_without_edition(text, found):
    assert type_named(text) == found
