import json

import pytest

from node.message.document import all_faults
from node.reference.statistics_codes import BY_COMMODITY, BY_TRIGGER, METRICS, SIGNED, UNIT_OF


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def statistics(published):
    return published("statistics-minimum")


def figure(metric, **changes):
    whole = {
        "metric": metric,
        "counterpart": "AZ-SCC",
        "direction": "sent",
        "value": "1",
        "unit": UNIT_OF[metric],
    }
    if UNIT_OF[metric] == "percent":
        whole["of"] = 3
    if metric in BY_TRIGGER:
        whole["trigger"] = "alert"
    if metric in BY_COMMODITY:
        whole["commodity"] = "opiates"
    return {**whole, **changes}


@pytest.mark.parametrize("profile", ["minimum", "full"])
def test_published_example_has_no_fault(published, profile):
    assert found(published(f"statistics-{profile}")) == []


@pytest.mark.parametrize("metric", METRICS.codes)
def test_metric_in_its_unit_is_no_fault(statistics, metric):
    statistics["figures"] = [figure(metric)]
    assert found(statistics) == []


@pytest.mark.parametrize("end", ["2026-11-01T00:00:00Z", "2026-10-31T23:59:59Z"])
def test_period_that_does_not_end_after_its_start_is_a_fault(statistics, end):
    statistics["period_end"] = end
    assert found(statistics) == [("/period_end", "rule.period_in_order")]


def test_figure_about_oneself_is_a_fault(statistics):
    statistics["figures"][0]["counterpart"] = "UZ-CC"
    assert found(statistics) == [("/figures/0/counterpart", "rule.counterpart_other")]


def test_figure_given_twice_is_a_fault(statistics):
    statistics["figures"] = [figure("controls"), figure("controls", value="2")]
    assert found(statistics) == [("/figures/1", "rule.figures_unique")]


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "seizures"},
        {"counterpart": "TM-SCS"},
        {"direction": "received"},
        {"mode": "1"},
        {"trigger": "random"},
        {"commodity": "cash"},
    ],
)
def test_figure_that_differs_in_one_respect_is_no_fault(statistics, change):
    statistics["figures"] = [figure("controls"), {**figure("controls"), **change}]
    assert found(statistics) == []


@pytest.mark.parametrize(("metric", "member"), [("hit-rate", "trigger"), ("seized-mass", "commodity")])
def test_figure_without_what_its_metric_is_split_by_is_a_fault(statistics, metric, member):
    statistics["figures"] = [figure(metric)]
    del statistics["figures"][0][member]
    assert found(statistics) == [(f"/figures/0/{member}", "rule.figure_split")]


@pytest.mark.parametrize("metric", METRICS.codes)
def test_negative_figure_is_a_fault_unless_a_lead_time(statistics, metric):
    statistics["figures"] = [figure(metric, value="-1")]
    fault = [("/figures/0/value", "rule.figure_value")]
    assert found(statistics) == ([] if metric in SIGNED else fault)


@pytest.mark.parametrize(("value", "is_whole"), [("2.0", True), ("2.5", False), ("2.001", False)])
def test_count_is_a_whole_number(statistics, value, is_whole):
    statistics["figures"] = [figure("controls", value=value)]
    assert found(statistics) == ([] if is_whole else [("/figures/0/value", "rule.figure_value")])


@pytest.mark.parametrize(
    ("value", "is_within"), [("0", True), ("100.000", True), ("100.001", False), ("101", False)]
)
def test_percentage_is_within_a_hundred(statistics, value, is_within):
    statistics["figures"] = [figure("coverage", value=value)]
    assert found(statistics) == ([] if is_within else [("/figures/0/value", "rule.figure_value")])


@pytest.mark.parametrize("change", [{"of": 0}, {"of": None}])
def test_percentage_of_nothing_is_a_fault(statistics, change):
    one = {name: value for name, value in {**figure("coverage"), **change}.items() if value is not None}
    statistics["figures"] = [one]
    assert found(statistics) == [("/figures/0/of", "rule.figure_of")]


def test_figure_in_another_unit_is_a_fault(statistics):
    statistics["figures"] = [figure("read-time", unit="count")]
    assert found(statistics) == [("/figures/0/unit", "rule.figure_unit")]
