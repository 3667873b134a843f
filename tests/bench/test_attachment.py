import pytest

from bench.attachment import GROWTH_BYTES, Beside
from bench.delay import Delay
from bench.report import Findings, as_json, as_table


def delays(*accepted):
    return [Delay(1.0, moment, moment + 1) for moment in accepted]


def beside(*, busy=(20.0,), growth=0):
    idle = delays(10.0, 10.0, 30.0)
    return Beside(20_971_520, [2.0, 4.0], [idle] * 2, [delays(*busy)] * 2, {"AZ-SCC": growth})


@pytest.mark.parametrize(
    ("busy", "growth", "is_allowed"),
    [(20.0, GROWTH_BYTES, True), (20.1, 0, False), (10.0, GROWTH_BYTES + 1, False)],
)
def test_beside_is_allowed_up_to_twice_the_idle_delay_and_the_growth(busy, growth, is_allowed):
    assert beside(busy=(busy,), growth=growth).is_allowed is is_allowed


def test_ratio_compares_the_medians_of_one_round():
    assert beside(busy=(5.0, 15.0, 900.0)).ratio.median == 1.5


def test_report_shows_files_beside_alerts_with_a_verdict():
    found = Findings({"machine": "any"}, "Sarbon", beside=beside(busy=(50.0,)))
    value = as_json(found)["attachment"]
    assert value["ratio"]["median"] == 5.0
    assert value["accepted_ms"]["idle"]["p99"] == 30.0
    assert value["is_allowed"] is False
    assert "beyond what is allowed: 2 times the idle delay, 64.0 MiB of growth" in as_table(found)
