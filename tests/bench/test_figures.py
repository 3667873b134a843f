import pytest

from bench.delay import Delay
from bench.figures import Sample, Spread, growth_bytes, percentile, ratios
from bench.processes import Passage
from bench.report import Findings, as_json, as_table
from bench.soak import GROWTH_BYTES, Soak


def test_spread_of_an_even_number_takes_the_middle():
    assert Spread.of([4.0, 1.0, 3.0, 2.0]) == Spread(2.5, 1.0, 4.0)


def test_ratios_compare_within_a_round_only():
    # The second round met a machine twice as busy: the ratio does not notice.
    assert ratios([100.0, 50.0], [200.0, 100.0]) == Spread(0.5, 0.5, 0.5)


def test_ratios_of_unequal_rounds_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(("percent", "expected"), [(50, 100), (99, 198), (100, 200), (0, 1)])
def test_percentile_is_the_nearest_rank(percent, expected):
    assert percentile(range(200, 0, -1), percent) == expected


def test_growth_is_from_the_highest_of_the_first_tenth():
    samples = [Sample(0, 10), Sample(100, 30), Sample(101, 20), Sample(900, 45), Sample(1000, 40)]
    assert growth_bytes(samples, 1000) == 15


def test_growth_of_memory_that_fell_is_negative():
    assert growth_bytes([Sample(0, 30), Sample(1000, 20)], 1000) == -10


def test_passage_divides_by_its_messages():
    passage = Passage(500, 2.0, {"processes": 1.5})
    assert passage.rate == 250
    assert passage.cpu_ms("processes") == 3
    assert passage.cpu_ms("broker") is None


@pytest.mark.parametrize(("growth", "is_flat"), [(GROWTH_BYTES, True), (GROWTH_BYTES + 1, False)])
def test_soak_is_flat_up_to_the_limit(growth, is_flat):
    soak = Soak(10, 1.0, 10.0, 10.0, {"AZ-SCC": 0, "UZ-CC": growth}, {"AZ-SCC": 1, "UZ-CC": 1})
    assert soak.is_flat is is_flat


def test_report_gives_ratios_of_the_reference_to_every_other():
    passages = {"bare relay": [Passage(10, 1.0)], "Sarbon": [Passage(10, 2.0)]}
    found = Findings({"machine": "any"}, "Sarbon", passages, [Delay(1.0, 2.0, 3.0)])
    assert as_json(found)["ratios"] == {
        "Sarbon / bare relay": {"median": 0.5, "least": 0.5, "most": 0.5}
    }
    assert "unseen" in as_table(found)  # a broker that was given shows no CPU time
