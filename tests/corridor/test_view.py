"""Tables: dimensions, cells that overlap, totals that do not, and the example of the documentation."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.corridor import view as view_module
from node.corridor.cargo import Match
from node.corridor.figures import MEASURES
from node.corridor.flows import EMPTY
from node.corridor.view import Dimension, view
from node.errors import CallerError
from tests.conversation.conftest import AZ, DAY, NOON, UZ
from tests.corridor.conftest import (
    NOTICE,
    TM,
    WEEK,
    alert,
    case,
    controlled,
    flow,
    numbers,
    seized,
)
from tests.corridor.lived import live

PAGE = (Path(__file__).parents[2] / "docs" / "corridor.md").read_text()
WHOLE = Period(NOON - 30 * DAY, NOON + 30 * DAY)
FRUIT = (("08", "100"), ("20", "30"))
AROUND_NEW_YEAR = 1_798_761_600_000  # 2027-01-01T00:00:00Z, a Friday


def notice(number, author=AZ):
    return Ref("pre-arrival-notice", author, f"{author[:2]}-PAN-{number}")


def keys(*by, cases=None, **more):
    found = view([flow(**more)], cases or [case()], by=by, period=WHOLE)
    return [each.key for each in found.cells]


@pytest.mark.parametrize(
    ("dimension", "key"),
    [
        (Dimension.ROUTE, "AZ>TM>UZ"),
        (Dimension.LEG, "AZALA>TMKRW"),
        (Dimension.ORIGIN, "AZ"),
        (Dimension.DESTINATION, "UZ"),
        (Dimension.OFFICE, "UZ001604"),
        (Dimension.MODE, "1"),
        (Dimension.CHAPTER, "08"),
        (Dimension.ORIGINATOR, AZ),
        (Dimension.COUNTERPART, AZ),
        (Dimension.MONTH, "2026-11"),
        (Dimension.WEEK, "2026-W48"),
    ],
)
def test_dimension_gives_its_value(dimension, key):
    assert keys(dimension) == [(key,)]


def test_page_defines_every_dimension():
    section = PAGE.partition("\n## Dimensions\n")[2].partition("\n**")[0]
    assert re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE) == list(Dimension)


def test_week_is_that_of_the_iso_year():
    period = Period(0, 2 * AROUND_NEW_YEAR)
    found = view(
        [flow(eta=AROUND_NEW_YEAR)],
        [case()],
        by=[Dimension.WEEK, Dimension.MONTH],
        period=period,
    )
    assert [each.key for each in found.cells] == [("2026-W53", "2027-01")]


@pytest.mark.parametrize("end", ["loading", "unloading"])
def test_leg_of_which_one_end_has_no_code_is_not_known(end):
    assert keys(Dimension.LEG, **{end: None}) == [(None,)]


def test_cargo_of_two_chapters_is_in_both_cells_and_once_in_the_total():
    found = view(
        [flow(chapters=FRUIT, gross_mass="130")],
        [case(), alert(1, TM, NOTICE)],
        by=[Dimension.CHAPTER],
        period=WEEK,
    )
    cells = {each.key: numbers(each) for each in found.cells}
    assert {key: each["consignments"] for key, each in cells.items()} == {("08",): "1", ("20",): "1"}
    assert {key: each["gross-mass"] for key, each in cells.items()} == {("08",): "100", ("20",): "30"}
    assert [each["alerts"] for each in cells.values()] == ["1", "1"]
    total = numbers(found.total)
    assert (total["consignments"], total["gross-mass"], total["alerts"]) == ("1", "130", "1")


def test_cargo_exchanged_with_two_is_in_both_cells():
    cases = [case(peer=TM, own=AZ), case(peer=UZ, own=AZ)]
    assert keys(Dimension.COUNTERPART, cases=cases) == [(TM,), (UZ,)]


def test_cargo_without_goods_has_no_chapter():
    empty = {"consignment": EMPTY, "chapters": (), "gross_mass": "0"}
    assert keys(Dimension.CHAPTER, **empty) == [(None,)]


def test_dimensions_are_combined_in_the_order_asked_each_once():
    by = [Dimension.MODE, Dimension.CHAPTER, Dimension.MODE]
    found = view([flow(chapters=FRUIT)], [case()], by=by, period=WEEK)
    assert found.by == (Dimension.MODE, Dimension.CHAPTER)
    assert [each.key for each in found.cells] == [("1", "08"), ("1", "20")]


def test_view_by_nothing_is_the_total_alone():
    found = view([flow()], [case()], by=[], period=WEEK)
    assert found.cells == ()
    assert numbers(found.total)["consignments"] == "1"


def test_view_of_nothing_is_empty():
    found = view([], [], by=[Dimension.ROUTE], period=WEEK)
    assert found.cells == ()
    assert set(numbers(found.total).values()) == {"0"}
    assert found.missing == 0


def test_cells_come_in_order_and_what_is_not_known_first():
    offices = ["UZ001605", "UZ001604"]
    flows = [flow(notice(n), office=office) for n, office in enumerate(offices)]
    flows.append(flow(notice(9), loading=None))
    cases = [case(each.notice) for each in flows]
    found = view(flows, cases, by=[Dimension.LEG, Dimension.OFFICE], period=WEEK)
    assert [each.key for each in found.cells] == [
        (None, "UZ001604"),
        ("AZALA>TMKRW", "UZ001604"),
        ("AZALA>TMKRW", "UZ001605"),
    ]


def test_alert_on_nothing_known_stands_apart():
    found = view([], [alert(1, measures=controlled())], by=[Dimension.ROUTE], period=WEEK)
    assert numbers(found.loose)["alerts"] == "1"
    assert numbers(found.loose)["controls-b1"] == "1"
    assert numbers(found.total)["alerts"] == "0"


def test_notice_without_flows_is_told():
    assert view([], [case()], by=[], period=WEEK).missing == 1


def test_matches_are_counted_in_their_cell():
    matches = [Match("M1", NOTICE, decision="confirmed"), Match("M2", NOTICE)]
    found = view([flow()], [case()], matches, by=[Dimension.OFFICE], period=WEEK)
    cell = numbers(found.cells[0])
    assert (cell["matches"], cell["matches-confirmed"]) == ("2", "1")


def test_small_numbers_are_withheld_in_cells_total_and_loose():
    flows = [flow(notice(n), office=f"UZ00160{min(n, 4)}") for n in range(8)]
    cases = [case(each.notice) for each in flows]
    warned = [alert(n, TM, notice(n)) for n in range(7)]
    found = view(flows, [*cases, *warned, alert(99)], by=[Dimension.OFFICE], period=WEEK, least=3)
    cells = {each.key[0]: numbers(each) for each in found.cells}
    assert cells["UZ001604"]["alerts"] == "3"
    assert cells["UZ001600"]["alerts"] is None
    assert numbers(found.total)["alerts"] is None
    assert numbers(found.loose)["alerts"] is None
    assert found.least == 3


def test_every_figure_is_of_a_measure_with_its_unit():
    warned = alert(1, TM, NOTICE, measures=(*controlled(), *seized("opiates")))
    found = view([flow()], [case(), warned], by=[Dimension.MODE], period=WEEK)
    for each in (*found.cells, found.total, found.loose):
        assert all(MEASURES[one.measure] == one.unit for one in each.figures)


SINGLE = [each for each in Dimension if each not in {Dimension.CHAPTER, Dimension.COUNTERPART}]
ADDITIVE = ("consignments", "gross-mass")
WORLDS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.integers(1, 3),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["UZ001604", "UZ001605"]),
        st.integers(0, 40),
    ),
    max_size=12,
)


def world(made):
    flows = [
        flow(notice(n), consignment, mode=mode, office=office, eta=NOON + days * DAY, boxes=())
        for n, consignment, mode, office, days in made
    ]
    cases = [case(each.notice) for each in flows]
    return flows, [*cases, *(alert(n, TM, notice(n), measures=controlled()) for n in range(2))]


@settings(max_examples=80, deadline=None)
@given(WORLDS, st.lists(st.sampled_from(SINGLE), min_size=1, max_size=3), st.randoms())
def test_cells_of_what_cargo_has_one_of_add_up_whatever_the_order(made, by, chance):
    flows, cases = world(made)
    found = view(flows, cases, by=by, period=WEEK)
    for measure in ADDITIVE:
        parts = [Decimal(numbers(each)[measure]) for each in found.cells]
        assert sum(parts) == Decimal(numbers(found.total)[measure])
    last = {(each.message, each.consignment): each for each in flows}
    mixed, others = list(last.values()), list(cases)
    chance.shuffle(mixed)
    chance.shuffle(others)
    assert view(mixed, others, by=by, period=WEEK) == found


# The example.


def test_three_authorities_are_counted_from_their_documents():
    house = live()
    found = view(house.flows, house.cases(), by=[Dimension.CHAPTER], period=WHOLE)
    total = numbers(found.total)
    assert (total["notices"], total["consignments"], total["alerts"]) == ("2", "2", "1")
    assert (total["hits"], total["controls"], total["seizures"]) == ("1", "1", "1")
    assert numbers(found.loose)["alerts"] == "1"
    assert found.missing == 0


def test_page_shows_the_example_as_it_is():
    house = live()
    found = view(house.flows, house.cases(), by=[Dimension.ORIGINATOR, Dimension.CHAPTER], period=WHOLE)
    shown = PAGE.partition("\n## An example\n")[2].partition("\n## ")[0]
    head, _, *rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in shown.splitlines()
        if line.startswith("|")
    ]
    names = head[2:]
    cells = [[*each.key, *(numbers(each).get(name, "") for name in names)] for each in found.cells]
    total = ["total", "", *(numbers(found.total).get(name, "") for name in names)]
    assert rows == [*cells, total]


def test_document_that_may_not_be_used_is_nowhere():
    house = live()
    cases = house.cases(may_use=lambda said: said.author != TM)
    found = view(house.flows, cases, by=[], period=WHOLE)
    total = numbers(found.total)
    assert (total["notices"], total["alerts"], total["controls"]) == ("1", "0", "0")


@pytest.mark.parametrize(
    ("only", "masses"),
    [
        ({}, ["130", "7"]),
        ({Dimension.CHAPTER: {"20"}}, ["130"]),
        ({Dimension.CHAPTER: {"20", "30"}, Dimension.MODE: {"1"}}, ["130", "7"]),
        ({Dimension.CHAPTER: {"20"}, Dimension.MODE: {"3"}}, []),
        ({Dimension.LEG: {"AZALA>TMKRW"}}, ["130"]),
    ],
)
def test_only_cargo_with_the_values_asked_for_is_counted(only, masses):
    flows = [
        flow(chapters=FRUIT, gross_mass="130"),
        flow(consignment=2, chapters=(("30", "7"),), gross_mass="7", loading=None),
    ]
    loose = alert(2)
    found = view(flows, [case(), loose], by=[Dimension.DESTINATION], period=WHOLE, only=only)
    assert numbers(found.total)["gross-mass"] == str(sum(map(int, masses)))
    assert len(found.cells) == bool(masses)
    assert (numbers(found.loose)["alerts"], found.missing) == ("1", 0)


def test_cargo_that_was_left_out_leaves_no_alert_loose():
    cases = [case(), alert(1, TM, NOTICE)]
    found = view([flow()], cases, by=[], period=WHOLE, only={Dimension.MODE: {"3"}})
    assert (numbers(found.total)["alerts"], numbers(found.loose)["alerts"]) == ("0", "0")


def test_table_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(view_module, "MAX_CELLS", 2)
    flows = [flow(consignment=number, office=f"UZ00000{number}") for number in (1, 2, 3)]
    assert len(view(flows[:2], [case()], by=[Dimension.OFFICE], period=WHOLE).cells) == 2
    with pytest.raises(CallerError) as refused:
        view(flows, [case()], by=[Dimension.OFFICE], period=WHOLE)
    assert refused.value.code == "corridor.too_fine"
