"""The published figures of matching are true, and they reach their goals."""

import re
from functools import cache

import pytest

from bench.matching import PAGE, main, put_in
from bench.matching_cases import EXACT, FOLDED, MAKERS, cases
from bench.matching_measure import measure, wanted_of
from bench.matching_report import BEGIN, END, report
from bench.matching_speed import measure_speed
from bench.matching_traffic import Traffic
from node.matching.compare import compare
from node.matching.found import Grade
from node.matching.index import MOST_FOR_NOTICE, MOST_FOR_WANTED, Index
from node.matching.keys import keys_of
from node.matching.sides import look_at
from node.message.notice import PreArrivalNotice
from tests.matching.making import read


@cache
def published():
    """Measure once, at the published seed and size."""
    return measure()


def test_tables_of_the_handbook_are_those_measured():
    page = PAGE.read_text(encoding="utf-8")
    assert page == put_in(page, report(published()))


def test_recall_of_exact_and_folded_identifiers_reaches_its_goal():
    assert published().recall(EXACT, FOLDED) >= 0.98


def test_precision_reaches_its_goal_overall_and_in_every_grade():
    assert published().precision >= 0.95
    for grade in (Grade.CERTAIN, Grade.PROBABLE):
        right, wrong = published().by_grade[grade]
        assert right / (right + wrong) >= 0.99


def test_every_kind_is_measured_and_every_miss_is_listed():
    measured = published()
    tables = report(measured)
    for tally in measured.tallies:
        assert f"| {tally.maker.kind} | {tally.maker.group} |" in tables
        listed = f"| {tally.maker.kind} | {tally.missed} | {tally.due} |" in tables
        assert listed is (tally.missed > 0)


def test_measuring_tells_of_each_pair_that_is_missed_or_found_wrongly():
    told = []
    measured = measure("told", 4, 20, lambda *pair: told.append(pair))
    missed = sum(tally.missed for tally in measured.tallies)
    wrong = sum(tally.wrong for tally in measured.tallies)
    assert missed > 0
    assert len(told) == missed + wrong
    assert sum(found is None for _, _, found in told) == missed


@pytest.fixture(scope="module")
def labelled():
    traffic = Traffic("both ways")
    return [(maker, case) for maker, case in cases(traffic, 2)]


def test_every_case_is_made_of_documents_that_keep_every_rule(labelled):
    for _, case in labelled:
        wanted_of(case)
        for notice in case.notices:
            assert isinstance(read(notice), PreArrivalNotice)
    assert {maker.kind for maker, _ in labelled} == {maker.kind for maker in MAKERS}


def test_both_ways_of_looking_find_the_same_pairs(labelled):
    seen = {
        notice["reference"]: look_at(read(notice)) for _, case in labelled for notice in case.notices
    }
    wanted = {side.named.reference: side for side in (wanted_of(case) for _, case in labelled)}
    notices, alerts = Index(), Index()
    for reference, side in seen.items():
        notices.add(reference, keys_of(side))
    for reference, side in wanted.items():
        alerts.add(reference, keys_of(side))
    forth = {
        (one, other)
        for one, side in wanted.items()
        for other in notices.candidates(keys_of(side), MOST_FOR_WANTED)
        if compare(side, seen[other], at=side.begins)
    }
    back = {
        (one, other)
        for other, side in seen.items()
        for one in alerts.candidates(keys_of(side), MOST_FOR_NOTICE)
        if compare(wanted[one], side, at=wanted[one].begins)
    }
    assert forth == back
    assert len(forth) > 100


def test_candidates_leave_out_nothing_that_comparing_would_find(labelled):
    seen = [look_at(read(notice)) for _, case in labelled for notice in case.notices]
    for _, case in labelled[::7]:
        side = wanted_of(case)
        keys = {(key.kind, key.value) for key in keys_of(side)}
        for other in seen:
            if compare(side, other, at=side.begins):
                assert keys & {(key.kind, key.value) for key in keys_of(other)}


def test_traffic_is_the_same_for_the_same_seed():
    assert list(Traffic("1").notices(20)) == list(Traffic("1").notices(20))
    assert list(Traffic("1").notices(20)) != list(Traffic("2").notices(20))


def test_command_shows_the_tables(capsys):
    main(["--seed", "x", "--each", "1", "--background", "5"])
    assert capsys.readouterr().out.count("| precision |") == 2


def test_tables_are_put_between_the_marks_and_nowhere_else():
    page = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert put_in(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter"
    assert put_in(put_in(page, "new"), "new") == put_in(page, "new")
    with pytest.raises(ValueError, match="no <!-- figures"):
        put_in("a page without marks", "new")


def test_speed_is_measured_from_document_to_matches():
    speed = measure_speed(alerts=400, notices=20)
    assert len(speed.milliseconds) == len(speed.candidates) == 20
    assert speed.matches >= 5
    assert re.match(r"50 % of 20 notices within \d+\.\d\d ms", next(speed.lines()))
