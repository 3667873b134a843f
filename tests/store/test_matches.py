"""Matches on the disk: written, changed, listed, counted, and seen only by whoever sees both sides."""

from dataclasses import replace

import pytest

from node.matching.compare import compare
from node.matching.decision import Dismissal, MatchState
from node.matching.found import Grade
from node.national.system import make_system
from node.store.concerns import OFFICE, PUT, TYPE, UNIT
from node.store.match_figures import Counted, MatchFigures, whole
from node.store.match_index import Name, Side
from node.store.matches import Match, Matches, MatchFilter, PutMatch
from node.store.watch_list import KeptItem, PutItem
from tests.matching.making import BOX, alert, box, notice, now, watch

ALERT, NOTICE = ("UZ-CC", "alert-1"), ("", "notice-1")
HELD = notice(equipment=[box()])
FOUND = compare(alert(), HELD, at=now(HELD))
WATCHED = compare(watch({"equipment": [{"identification": BOX}]}), HELD, at=now(HELD))
MATCH = Match(
    id=FOUND.id,
    found=FOUND,
    wanted=ALERT,
    notice=NOTICE,
    is_test=True,
    found_at=1_000,
    hit_reference="AZ-HIT-1",
)


def match(number=1, **more):
    return replace(MATCH, id=f"{number:032x}", hit_reference=f"AZ-HIT-{number}", **more)


def watched(number=1, item="W-1", **more):
    of_item = WATCHED.wanted.model_copy(update={"version": 1})
    found = WATCHED.model_copy(update={"wanted": of_item})
    return match(number, found=found, wanted=("", item), **more)


@pytest.fixture
def matches(database):
    return Matches(database)


def put(database, *given):
    with database.writing() as connection:
        for one in given:
            (one if isinstance(one, PutItem) else PutMatch(one)).write(connection)


def concern(database, key, kind, value):
    with database.writing() as connection:
        row = {"originator": key[0], "id": key[1], "kind": kind, "value": value}
        connection.execute(PUT, row)


def ids(found):
    return [int(one.id, 16) for one in found]


def listed(matches, system=None, **filters):
    return ids(matches.listed(system, MatchFilter(**filters), before=None, limit=9))


def system(**more):
    members = {"title": "A", "role": "analyst", "units": ["*"], "types": ["*"], **more}
    return make_system("analysts", **members)


def test_match_is_read_back_as_it_was_put(database, matches):
    put(database, match())
    assert replace(matches.get(match().id), number=0) == match()


def test_changed_match_keeps_its_place(database, matches):
    put(database, match(1), match(2))
    put(database, match(1, state=MatchState.DISMISSED, reason="known", decided_at=2, decided_by="a"))
    (second, first) = matches.listed(None, MatchFilter(), before=None, limit=9)
    assert ids([second, first]) == [2, 1]
    assert (first.state, first.reason, first.number) == (MatchState.DISMISSED, "known", 1)


def test_match_that_is_not_there_is_none(matches):
    assert matches.get("none") is None
    assert matches.of_hit("none") is None


def test_match_is_found_by_the_reference_of_its_hit(database, matches):
    put(database, match(1), match(2))
    assert ids([matches.of_hit("AZ-HIT-2")]) == [2]


def test_matches_are_given_by_either_side(database, matches):
    put(database, match(1), watched(2))
    assert ids(matches.of(Name(Side.ALERT, "UZ-CC", "UZ-ALR-1"))) == [1]
    assert ids(matches.of(Name(Side.WATCH, "", "W-1"))) == [2]
    assert ids(matches.of(Name(Side.NOTICE, "AZ-SCC", "AZ-PAN-1"))) == [1, 2]
    assert matches.of(Name(Side.ALERT, "UZ-CC", "other")) == []


def test_names_of_a_match_are_those_of_its_two_sides():
    assert MATCH.wanted_name == Name(Side.ALERT, "UZ-CC", "UZ-ALR-1")
    assert watched().wanted_name == Name(Side.WATCH, "", "W-1")
    assert MATCH.notice_name == Name(Side.NOTICE, "AZ-SCC", "AZ-PAN-1")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [2, 1]),
        ({"state": MatchState.CONFIRMED}, [1]),
        ({"grade": Grade.CERTAIN}, [2, 1]),
        ({"grade": Grade.POSSIBLE}, []),
        ({"alert": "UZ-ALR-1"}, [1]),
        ({"watch": "W-1"}, [2]),
        ({"alert": "W-1"}, []),
        ({"notice": "AZ-PAN-1"}, [2, 1]),
        ({"since": 2_000}, [2]),
        ({"until": 2_000}, [1]),
        ({"is_test": False}, []),
        ({"is_current": False}, [1]),
    ],
)
def test_list_is_filtered(database, matches, filters, expected):
    first = match(1, state=MatchState.CONFIRMED, is_current=False)
    put(database, first, watched(2, found_at=2_000))
    assert listed(matches, **filters) == expected


def test_list_goes_on_from_a_number(database, matches):
    put(database, match(1), match(2), match(3))
    assert ids(matches.listed(None, MatchFilter(), before=3, limit=1)) == [2]


def test_system_sees_a_match_of_which_it_sees_both_sides(database, matches):
    put(database, match())
    concern(database, NOTICE, TYPE, "pre-arrival-notice")
    concern(database, NOTICE, UNIT, "PCU-ALYAT")
    concern(database, ALERT, TYPE, "alert")
    concern(database, ALERT, OFFICE, "AZ001004")
    one = {"units": ["PCU-ALYAT"], "offices": ["AZ001004"], "types": ["alert", "pre-arrival-notice"]}
    assert listed(matches, system(**one)) == [1]
    assert matches.get(match().id, system=system(**one)) is not None
    for less in ({"units": ["HQ"], "offices": ["AZ001004"]}, {"offices": []}, {"types": ["alert"]}):
        assert listed(matches, system(**{**one, **less})) == []
        assert matches.get(match().id, system=system(**{**one, **less})) is None


def test_disabled_system_sees_no_match(database, matches):
    put(database, match())
    assert listed(matches, system()) == [1]
    assert listed(matches, replace(system(), is_active=False)) == []


def test_match_of_an_item_is_for_those_who_work_for_its_unit(database, matches):
    item = watch({"equipment": [{"identification": BOX}]})
    put(database, PutItem(KeptItem(item, 1, "analysts", 0)), watched())
    concern(database, NOTICE, TYPE, "pre-arrival-notice")
    for unit in ("PCU-ALYAT", "HQ"):
        concern(database, NOTICE, UNIT, unit)
    assert listed(matches, system(units=["PCU-ALYAT"])) == [1]
    assert listed(matches, system(units=["HQ"])) == []


def test_figures_tell_what_became_of_matches(database):
    states = [
        {},
        {"state": MatchState.CONFIRMED},
        {"state": MatchState.WITHDRAWN},
        *({"state": MatchState.DISMISSED, "reason": each.value} for each in Dismissal),
    ]
    put(database, *(match(number, **more) for number, more in enumerate(states)))
    (counted,) = MatchFigures(database).counted(None, MatchFilter())
    assert counted == Counted("certain", "container", 1, 1, 3, 3, 1, 1)


def test_figures_are_of_what_a_system_sees(database):
    put(database, match())
    figures = MatchFigures(database)
    assert len(figures.counted(system(), MatchFilter())) == 1
    assert figures.counted(system(units=["HQ"]), MatchFilter()) == []


def test_counts_add_up():
    one = Counted("certain", "container", 1, 2, 3, 4, 5, 6)
    assert whole([one, one]) == Counted("", "", 2, 4, 6, 8, 10, 12)
    assert whole([]) == Counted("", "", 0, 0, 0, 0, 0, 0)
