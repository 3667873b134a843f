from decimal import Decimal

import pytest

from node.corridor.figures import Figure, Name, Sum, figures_of, percentage, written


def test_figures_come_in_the_order_of_the_measures_the_whole_before_its_parts():
    names = [
        Name("seizures", "opiates"),
        Name("seizures", "cannabis"),
        Name("seizures"),
        Name("notices"),
    ]
    found = figures_of(dict.fromkeys(names, Sum(Decimal(1))), frozenset())
    assert [(one.measure, one.part) for one in found] == [
        ("notices", None),
        ("seizures", None),
        ("seizures", "cannabis"),
        ("seizures", "opiates"),
    ]


@pytest.mark.parametrize(
    ("measure", "total", "figure"),
    [
        ("notices", Sum(Decimal(3)), Figure("notices", "count", "3")),
        ("gross-mass", Sum(Decimal("1200.50")), Figure("gross-mass", "kilograms", "1200.5")),
        ("hit-rate", Sum(Decimal(2), 3), Figure("hit-rate", "percent", "66.7", of=3)),
    ],
)
def test_figure_is_shown_in_the_unit_of_its_measure(measure, total, figure):
    assert figures_of({Name(measure): total}, frozenset()) == (figure,)


def test_withheld_percentage_does_not_say_what_it_is_of():
    name = Name("hit-rate", "alert")
    (figure,) = figures_of({name: Sum(Decimal(1), 3)}, frozenset({name}))
    assert (figure.value, figure.of, figure.part) == (None, None, "alert")


@pytest.mark.parametrize(
    ("value", "of", "shown"), [(1, 3, "33.3"), (1, 16, "6.3"), (0, 5, "0"), (5, 5, "100")]
)
def test_percentage_is_rounded_half_up_to_tenths(value, of, shown):
    assert percentage(value, of) == shown


@pytest.mark.parametrize(("value", "text"), [("10", "10"), ("0.000001", "0.000001"), ("0.0", "0")])
def test_number_is_written_without_needless_zeros(value, text):
    assert written(Decimal(value)) == text


def test_sum_grows_by_an_observation():
    assert Sum(Decimal(1), 2).plus(3, 4) == Sum(Decimal(4), 6)
