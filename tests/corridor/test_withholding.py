"""Small numbers, and the numbers from which they could be computed."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.corridor.case import RESULTS
from node.corridor.figures import Name, Sum
from node.corridor.withholding import is_few, withheld_in, withheld_in_total

CONTROLS = {Name(each) for each in ("controls", *RESULTS)}


def sums(**values):
    return {Name(name.replace("_", "-")): Sum(Decimal(value)) for name, value in values.items()}


def outcomes(*, of=10, **results):
    """Make a cell of controls: those not named had the result A1."""
    found = sums(controls=of, **{each.replace("-", "_"): 0 for each in RESULTS}, alerts=20)
    for code, number in results.items():
        found[Name(f"controls-{code}")] = Sum(Decimal(number))
    found[Name("controls-a1")] = Sum(Decimal(of - sum(results.values())))
    return found


@pytest.mark.parametrize(("number", "few"), [(0, False), (1, True), (2, True), (3, False)])
def test_number_below_the_least_is_few_unless_it_is_none(number, few):
    assert is_few(number, 3) is few


@pytest.mark.parametrize(("value", "names"), [(0, set()), (2, {"alerts"}), (3, set())])
def test_small_count_is_withheld(value, names):
    assert {name.measure for name in withheld_in(sums(alerts=value, notices=9), least=3)} == names


def test_for_ones_own_eyes_nothing_is_withheld():
    assert withheld_in(outcomes(b1=1) | sums(notices=1), least=0) == frozenset()


@pytest.mark.parametrize("code", ["a4", "b1"])
def test_small_result_withholds_all_that_it_could_be_computed_from(code):
    cell = outcomes(**{code: 1}) | {Name("hit-rate", "alert"): Sum(Decimal(5), 10)}
    assert withheld_in(cell, least=3) == CONTROLS | {Name("hit-rate", "alert")}


@pytest.mark.parametrize(
    ("value", "of", "is_withheld"),
    [(1, 10, True), (9, 10, True), (0, 10, False), (10, 10, False), (5, 10, False), (2, 2, True)],
)
def test_percentage_of_few_or_without_few_is_withheld(value, of, is_withheld):
    name = Name("outcome-known")
    assert (name in withheld_in({name: Sum(Decimal(value), of)}, least=3)) is is_withheld


def test_mass_is_withheld_with_the_number_it_is_of():
    few = sums(consignments=2, gross_mass=40_000)
    assert withheld_in(few, least=3) == {Name("consignments"), Name("gross-mass")}
    assert withheld_in(sums(consignments=3, gross_mass=1), least=3) == frozenset()


def test_seizures_of_one_commodity_are_withheld_with_their_mass_and_the_whole():
    opiates, cannabis = Name("seizures", "opiates"), Name("seizures", "cannabis")
    cell = sums(seizures=9) | {
        opiates: Sum(Decimal(1)),
        Name("seized-mass", "opiates"): Sum(Decimal(7)),
        cannabis: Sum(Decimal(8)),
        Name("seized-mass", "cannabis"): Sum(Decimal(70)),
    }
    assert withheld_in(cell, least=3) == {opiates, Name("seized-mass", "opiates"), Name("seizures")}


def test_total_is_withheld_where_a_cell_is():
    cells = [withheld_in(sums(alerts=value), least=3) for value in (1, 50)]
    assert withheld_in_total(sums(alerts=51), cells, least=3) == {Name("alerts")}
    assert withheld_in_total(sums(alerts=50), cells[1:], least=3) == frozenset()


CELLS = st.lists(
    st.builds(
        lambda b1, a4, a1: outcomes(of=b1 + a4 + a1, b1=b1, a4=a4),
        *(st.integers(0, 6) for _ in range(3)),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(CELLS)
def test_no_withheld_number_is_what_is_left_of_a_sum(cells):
    total = {name: Sum(sum(cell[name].value for cell in cells)) for name in cells[0]}
    gone = [withheld_in(cell, least=3) for cell in cells]
    whole = withheld_in_total(total, gone, least=3)
    for name in total:
        assert name in whole or not any(name in each for each in gone)
    for each in (*gone, whole):
        assert Name("controls") in each or not any(Name(result) in each for result in RESULTS)
