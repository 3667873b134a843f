import typing

from node.reference.codes import DOCUMENT_NAMES
from node.reference.outcome_codes import CONTROL_RESULTS
from node.reference.statistics_codes import (
    BY_COMMODITY,
    BY_TRIGGER,
    FIGURE_DIRECTIONS,
    FIGURE_UNITS,
    METRICS,
    SIGNED,
    UNIT_OF,
    FigureDirection,
    FigureUnit,
)


def test_every_metric_has_one_unit_and_a_definition():
    assert UNIT_OF.keys() == METRICS.codes.keys()
    assert set(UNIT_OF.values()) == set(FIGURE_UNITS.codes)
    assert all(meaning.endswith(".") for meaning in METRICS.codes.values())


def test_metric_fits_its_format():
    assert all(len(metric) <= 35 for metric in METRICS.codes)


def test_every_kind_of_document_is_counted():
    assert {f"documents-{name}" for name in DOCUMENT_NAMES.codes} < METRICS.codes.keys()


def test_every_result_of_a_control_is_counted():
    assert {f"controls-{code.lower()}" for code in CONTROL_RESULTS.codes} < METRICS.codes.keys()


def test_metrics_with_a_rule_of_their_own_exist():
    assert METRICS.codes.keys() > (SIGNED | BY_TRIGGER | BY_COMMODITY)
    assert {UNIT_OF[metric] for metric in SIGNED} == {"minutes"}


def test_percentages_say_what_they_are_taken_of():
    percents = [metric for metric, unit in UNIT_OF.items() if unit == "percent"]
    assert all("; of: " in METRICS.codes[metric] for metric in percents)


def test_literals_are_their_lists():
    for alias, listed in ((FigureUnit, FIGURE_UNITS), (FigureDirection, FIGURE_DIRECTIONS)):
        assert list(typing.get_args(typing.get_args(alias)[0])) == list(listed.codes)
