"""Each measure on cargo made for it; nothing counts twice."""

import re
from pathlib import Path

from node.conversation.measures import Measure
from node.corridor.cargo import Cargo, Match, gather
from node.corridor.figures import MEASURES, Name, figures_of
from node.corridor.flows import EMPTY
from node.corridor.tally import Tally
from node.corridor.view import Cell
from tests.corridor.conftest import NOTICE, TM, WEEK, alert, case, controlled, flow, numbers, seized

PAGE = Path(__file__).parents[2] / "docs" / "corridor.md"


def tallied(*cargo, chapter=None):
    tally = Tally()
    for each in cargo:
        tally.add(each, chapter=chapter)
    return numbers(Cell((), figures_of(tally.sums(), frozenset())))


def cargo(*cases, matches=(), **more):
    return Cargo(flow(**more), ("AZ-SCC",), (case(), *cases), tuple(matches))


def test_consignments_of_one_notice_are_one_notice():
    found = tallied(cargo(), cargo(consignment=2))
    assert (found["notices"], found["consignments"], found["containers"]) == ("1", "2", "2")
    assert found["gross-mass"] == "200"


def test_same_cargo_again_counts_once():
    assert tallied(cargo(), cargo()) == tallied(cargo())


def test_container_of_several_consignments_is_one():
    found = tallied(cargo(boxes=(1,)), cargo(consignment=2, boxes=(1, 2)))
    assert found["containers"] == "2"


def test_empty_means_is_a_notice_without_consignment():
    empty = {"consignment": EMPTY, "gross_mass": "0", "chapters": (), "is_empty_means": True}
    found = tallied(cargo(**empty))
    assert (found["notices"], found["consignments"], found["empty-means"]) == ("1", "0", "1")


def test_empty_box_beside_cargo_is_no_empty_means():
    loose = {"consignment": EMPTY, "gross_mass": "0", "chapters": (), "boxes": (9,)}
    found = tallied(cargo(), cargo(**loose))
    assert (found["consignments"], found["containers"], found["empty-means"]) == ("1", "2", "0")


def test_mass_of_a_chapter_is_that_of_its_goods():
    both = cargo(chapters=(("08", "100"), ("20", "11.5")), gross_mass="111.5")
    assert tallied(both, chapter="20")["gross-mass"] == "11.5"
    assert tallied(both)["gross-mass"] == "111.5"


def test_alert_on_two_consignments_is_one_alert():
    one = alert(1, TM, NOTICE, hits=2, measures=controlled())
    found = tallied(cargo(one), cargo(one, consignment=2))
    assert (found["alerts"], found["hits"], found["controls"]) == ("1", "2", "1")


def test_alert_sent_to_two_is_one_alert_with_two_outcomes():
    first, second = (alert(1, TM, NOTICE, peer=peer, measures=controlled()) for peer in (TM, "KZ-SRC"))
    found = tallied(cargo(first, second))
    assert (found["alerts"], found["controls"]) == ("1", "2")


def test_withdrawn_alert_does_not_count_but_its_control_does():
    found = tallied(cargo(alert(1, TM, NOTICE, is_withdrawn=True, measures=controlled())))
    assert (found["alerts"], found["controls"]) == ("0", "1")


def test_matches_count_with_what_was_decided():
    matches = [
        Match(f"M{n}", NOTICE, decision=d) for n, d in enumerate(("confirmed", "dismissed", None))
    ]
    found = tallied(cargo(matches=matches), cargo(consignment=2, matches=matches))
    assert (found["matches"], found["matches-confirmed"]) == ("3", "1")


def test_results_add_up_to_the_controls():
    first, second = alert(1, measures=controlled("b1")), alert(2, measures=controlled("a1"))
    found = tallied(cargo(first, second))
    assert (found["controls"], found["controls-a1"], found["controls-b1"]) == ("2", "1", "1")
    assert (found["controls-a5"], found["not-controlled"]) == ("0", "0")


def test_hit_rate_is_taken_by_trigger():
    first, second = alert(1, measures=controlled("a1")), alert(2, measures=controlled("a5"))
    third = alert(3, measures=controlled("a1", trigger="random"))
    found = tallied(cargo(first, second, third))
    assert (found["hit-rate alert"], found["hit-rate random"]) == ("50", "0")


def test_control_that_answers_the_notice_counts():
    controlled_notice = Cargo(flow(), ("AZ-SCC",), (case(measures=controlled()),), ())
    found = tallied(controlled_notice)
    assert (found["alerts"], found["controls"]) == ("0", "1")


def test_seizures_are_split_by_commodity():
    found = tallied(cargo(alert(1, measures=seized("opiates", "cannabis"))))
    assert (found["seizures"], found["seizures opiates"], found["seizures cannabis"]) == ("1", "1", "1")
    assert found["seized-mass opiates"] == "1"


def test_outcome_known_is_taken_of_alerts_that_ended():
    known, unknown = (alert(n, measures=(Measure("outcome-known", n - 1),)) for n in (2, 1))
    found = tallied(cargo(known, unknown, alert(3)))
    assert (found["outcome-known"], found["alerts"]) == ("50", "3")


def test_percentage_of_nothing_is_left_out():
    assert {"hit-rate", "outcome-known"}.isdisjoint(tallied(cargo()))


def test_case_by_itself_counts_without_cargo():
    tally = Tally()
    for each in gather([], [alert(1, measures=controlled())], [], WEEK).loose:
        tally.add_case(each)
    sums = tally.sums()
    assert (sums[Name("alerts")].value, sums[Name("controls")].value) == (1, 1)
    assert sums[Name("consignments")].value == 0


def test_page_defines_every_measure_with_its_unit():
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (count|percent|kilograms) \|", PAGE.read_text(), re.MULTILINE
    )
    assert dict(rows) == MEASURES
