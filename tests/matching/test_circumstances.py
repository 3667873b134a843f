import pytest

from node.matching.circumstances import circumstances, kept_percent
from node.matching.sides import look_at, look_for
from tests.matching.making import alert, box, consignment, ferry, goods, notice, watch

ARRIVES = "2026-11-25T03:30:00Z"


def around(route=None, *, subject=None, consignments=(), more=None, **seen):
    wanted = alert(subject, **(more or {}), **({} if route is None else {"route": route}))
    given = circumstances(look_for(wanted), look_at(notice(equipment=[box()], **seen)), consignments)
    return [(each.name, each.points, each.words) for each in given]


def test_alert_that_says_nothing_of_its_way_has_no_circumstances():
    assert around() == []


@pytest.mark.parametrize(
    ("expected", "points", "words"),
    [
        (ARRIVES, 5, "arrives when expected"),
        ("2026-11-25T04:30:00Z", 5, "arrives 1 hour before it is expected"),
        ("2026-11-24T22:30:00Z", 5, "arrives 5 hours after it is expected"),
        ("2026-11-22T03:30:00Z", 5, "arrives 3 days after it is expected"),
        ("2026-11-30T03:30:00Z", 0, "arrives 5 days before it is expected"),
    ],
)
def test_arrival_near_the_expected_one_raises(expected, points, words):
    assert around({"estimated_arrival_at": expected}) == [("time", points, words)]


@pytest.mark.parametrize(
    ("arrival", "words"),
    [
        ("2026-11-20T06:00:00Z", "arrives 4 days before the time it is looked for in"),
        ("2026-12-05T06:00:00Z", "arrives 24 hours after the time it is looked for in"),
    ],
)
def test_arrival_outside_the_time_it_is_looked_for_is_told(arrival, words):
    given = around(transport=ferry(estimated_arrival_at=arrival))
    assert given == [("time", 0, words)]


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("TM001004", [("office", 4, "enters at TM001004, as expected")]),
        ("TM001022", [("office", -4, "enters at TM001004, expected at TM001022")]),
        ("UZ001604", []),
    ],
)
def test_office_raises_where_it_is_the_same_and_lowers_within_one_country(office, expected):
    assert around({"office_of_entry": office}) == expected


@pytest.mark.parametrize(
    ("countries", "expected"),
    [
        (["AZ", "TM", "UZ"], [("countries", 2, "passes AZ, TM, as expected")]),
        (["CN", "TM"], []),
        (["CN", "KZ"], [("countries", -5, "passes no country expected")]),
    ],
)
def test_countries_in_common_raise_and_none_lowers(countries, expected):
    assert around({"countries": countries}) == expected


def test_places_raise_by_their_code_only():
    route = {
        "place_of_loading": {"locode": "AZALA", "country": "AZ"},
        "place_of_unloading": {"name": "Turkmenbashi", "country": "TM"},
    }
    assert around(route) == [("places", 2, "loaded at AZALA, as expected")]
    other = {"place_of_unloading": {"locode": "TMASB", "country": "TM"}}
    assert around(other) == []


@pytest.mark.parametrize(
    ("code", "points", "words"),
    [
        ("390210", 4, "goods of sub-heading 390210 are named in both"),
        ("390220", 3, "goods of heading 3902 are named in both"),
        ("391510", 2, "goods of chapter 39 are named in both"),
        ("3902", 3, "goods of heading 3902 are named in both"),
        ("080610", -2, "no goods of a chapter that is named"),
    ],
)
def test_declared_goods_raise_by_how_much_of_the_code_is_the_same(code, points, words):
    subject = {"equipment": [{"identification": "CSQU3054383"}], "declared_goods": [goods(code)]}
    assert around(subject=subject) == [("goods", points, words)]


def test_suspected_goods_raise_a_little_and_never_lower():
    suspected = [
        {"commodity": "acetic-anhydride", "hs_code": "390210"},
        {"commodity": "other", "text": "unknown"},
    ]
    assert [points for _, points, _ in around(more={"suspected_goods": suspected})] == [3]
    assert around(more={"suspected_goods": [{"commodity": "cash", "hs_code": "490700"}]}) == []


def test_only_the_consignments_concerned_are_compared():
    two = [consignment(), consignment(2, "SMGS-24117731", goods=[goods("080610")])]
    subject = {"ucrs": ["6AZ1"], "declared_goods": [goods("080610")]}
    wanted = look_for(alert(subject))
    seen = look_at(notice(consignments=two))
    assert [each.points for each in circumstances(wanted, seen, (1,))] == [-2]
    assert [each.seen_at for each in circumstances(wanted, seen, (2,))] == [
        "/consignments/1/goods/0/hs_code"
    ]


def test_empty_truck_has_no_goods_and_no_countries_to_compare():
    subject = {"ucrs": ["6AZ1"], "declared_goods": [goods()]}
    wanted = look_for(alert(subject, route={"countries": ["CN", "KZ"]}))
    assert circumstances(wanted, look_at(notice(consignments=[])), ()) == ()


@pytest.mark.parametrize(
    ("expected", "percent"),
    [
        (ARRIVES, 100),
        ("2026-11-28T03:30:00Z", 100),
        ("2026-11-28T03:30:01Z", 85),
        ("2026-12-09T03:30:00Z", 85),
        ("2026-12-10T03:30:00Z", 65),
        ("2026-12-30T03:30:00Z", 65),
        ("2026-12-30T03:30:01Z", 30),
    ],
)
def test_time_between_leaves_less_the_longer_it_is(expected, percent):
    wanted = look_for(alert(route={"estimated_arrival_at": expected}))
    assert kept_percent(wanted, look_at(notice())) == percent


@pytest.mark.parametrize(
    ("valid_until", "percent"),
    [
        ("2026-12-01T00:00:00Z", 100),
        ("2026-11-23T00:00:00Z", 100),
        ("2026-11-15T00:00:00Z", 85),
        ("2026-11-05T00:00:00Z", 65),
    ],
)
def test_time_is_counted_from_the_end_where_no_arrival_is_expected(valid_until, percent):
    item = watch({"ucrs": ["6AZ1"]}, valid_until=valid_until)
    assert kept_percent(look_for(item), look_at(notice())) == percent
