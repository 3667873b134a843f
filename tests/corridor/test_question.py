"""Questions read from words: what is understood, and what is refused by name."""

import pytest

from node.corridor.question import MAX_READERS, read_audience, read_dimensions, read_only, read_values
from node.corridor.view import Dimension
from node.errors import CallerError
from tests.conversation.conftest import AZ, UZ
from tests.corridor.conftest import TM


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("", ()),
        ("route", (Dimension.ROUTE,)),
        ("chapter, route,,chapter", (Dimension.CHAPTER, Dimension.ROUTE)),
        (",".join(Dimension), tuple(Dimension)),
    ],
)
def test_dimensions_keep_their_order_and_come_once(text, by):
    assert read_dimensions(text) == by


def test_values_are_separated_by_commas():
    assert read_values(" 1, 2 ,,AZ>TM") == {"1", "2", "AZ>TM"}


def test_cargo_is_chosen_by_dimension():
    assert read_only({"mode": "1,2", "chapter": "29"}) == {
        Dimension.MODE: {"1", "2"},
        Dimension.CHAPTER: {"29"},
    }


@pytest.mark.parametrize("read", [read_dimensions, lambda text: read_only({text: "1"})])
@pytest.mark.parametrize("text", ["colour", "Route", "route;chapter"])
def test_dimension_that_there_is_not_is_refused(read, text):
    with pytest.raises(CallerError) as refused:
        read(text)
    assert refused.value.code == "corridor.dimension"
    assert text not in refused.value.message


@pytest.mark.parametrize(("readers", "found"), [("", set()), (AZ, {AZ}), (f"{AZ}, {TM}", {AZ, TM})])
def test_audience_is_the_house_unless_readers_are_named(readers, found):
    audience = read_audience(UZ, readers, None)
    assert (audience.own, audience.readers, bool(audience.least)) == (UZ, found, bool(found))


@pytest.mark.parametrize(
    "readers", [UZ, f"{AZ},{UZ}", "az-scc", "AZ", ",".join(f"AZ-{n:03}" for n in range(MAX_READERS + 1))]
)
def test_reader_that_is_no_other_authority_is_refused(readers):
    with pytest.raises(CallerError) as refused:
        read_audience(UZ, readers, None)
    assert refused.value.code == "corridor.reader"


def test_purpose_is_one_of_those_of_documents():
    assert read_audience(UZ, "", "risk-analysis").purpose == "risk-analysis"
    with pytest.raises(CallerError) as refused:
        read_audience(UZ, "", "curiosity")
    assert refused.value.code == "corridor.purpose"
