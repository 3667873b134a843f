# ruff: noqa: RUF001  letters that look like others are the point of it
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.demo.stage import CONFIG
from node.matching.compare import compare
from node.matching.found import Grade, from_json, to_json
from node.matching.sides import look_at, look_for
from node.message.document import read_document
from tests.matching.making import (
    BOX,
    UCR,
    alert,
    alert_members,
    amendment,
    box,
    company,
    consignment,
    ferry,
    goods,
    named,
    notice,
    notice_members,
    now,
    party,
    person,
    read,
    road,
    wagon,
    watch,
)
from tests.message.garden import document

ROUTE = {
    "estimated_arrival_at": "2026-11-25T03:30:00Z",
    "office_of_entry": "TM001004",
    "countries": ["AZ", "TM"],
}
ON_WAGON = notice(transport=ferry(passive_means=[wagon()]))
LATER = {"estimated_arrival_at": "2027-01-25T03:30:00Z"}


def found(wanted, seen):
    return compare(wanted, seen, at=now(alert()))


def boxed(number=BOX, **more):
    return notice(equipment=[box(number)], **more)


def looking(number=BOX, **more):
    return alert({"equipment": [{"identification": number}]}, **more)


@pytest.mark.parametrize(
    ("wanted", "seen", "grade"),
    [
        (looking(), boxed(), Grade.CERTAIN),
        (looking("csqu 3054383"), boxed(), Grade.CERTAIN),
        (looking(), boxed("СSQU3054383"), Grade.CERTAIN),
        (looking("CSQU3054384"), boxed(), Grade.POSSIBLE),
        (looking(), boxed("CSQU3054384"), Grade.POSSIBLE),
        (
            alert(named("20", "24512345")),
            ON_WAGON,
            Grade.CERTAIN,
        ),
        (alert(named("30", "10AB123")), notice(transport=road()), Grade.CERTAIN),
        (alert(named("30", "IO-AB-I23")), notice(transport=road()), Grade.PROBABLE),
        (alert({"ucrs": [UCR]}), notice(consignments=[consignment(ucr=UCR)]), Grade.CERTAIN),
        (alert({"active_means": ferry()["active_means"]}), notice(), Grade.PROBABLE),
        (watch(party(company("Абшерон Полимер ООО", "AZ"))), notice(), Grade.PROBABLE),
    ],
)
def test_match_has_the_grade_of_what_agrees(wanted, seen, grade):
    assert found(wanted, seen).grade is grade


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (looking("CSQU3054384"), boxed("CSQU3054385")),
        (looking(), boxed("TCLU4567894")),
        (alert(named("30", "10-AB-123")), notice(transport=road("10-AB-128"))),
        (alert(named("30", "10-AB-123")), notice(transport=road("77-XY-999"))),
        (watch(party(company("Araz MMC", "AZ"))), notice(carrier=company("Araz MMC", "AZ"))),
        (watch(party(company("Abseron Polimer MMC", "CN"))), notice()),
        (
            watch(party(person("Karimov Ali"))),
            notice(consignments=[consignment(consignee=person("Karimov Ali"))]),
        ),
        (
            alert({"active_means": {"identification": "9123453", "identification_type": "10"}}),
            notice(),
        ),
    ],
)
def test_too_little_is_no_match(wanted, seen):
    assert found(wanted, seen) is None


def test_way_goods_and_time_alone_are_no_match():
    subject = {"ucrs": ["6AZ1"], "declared_goods": [goods()]}
    assert found(alert(subject, route=ROUTE), notice()) is None


def test_way_raises_a_match_and_another_way_lowers_it_below():
    other = {"office_of_entry": "TM001022", "countries": ["CN", "KZ"]}
    here, there = looking("CSQU3054384", route=ROUTE), looking("CSQU3054384", route=other)
    assert found(here, boxed()).score > found(looking("CSQU3054384"), boxed()).score
    assert found(there, boxed()) is None


def test_box_that_returns_after_two_months_is_another_cargo():
    assert found(looking(), boxed(transport=ferry(**LATER))) is None


def test_box_that_comes_some_weeks_off_is_lowered():
    route = {"estimated_arrival_at": "2026-12-20T03:30:00Z"}
    match = found(looking(route=route), boxed())
    assert (match.grade, match.kept_percent) == (Grade.POSSIBLE, 65)


def test_document_is_the_same_whenever_it_comes():
    subject = {"transport_documents": [{"number": "SMGS-24117730", "type": "N722"}]}
    match = found(alert(subject), notice(transport=ferry(**LATER)))
    assert match.grade is Grade.CERTAIN
    assert match.likenesses[0].points == 75


def test_same_company_and_voyage_without_the_box_is_another_cargo():
    around = {"active_means": ferry()["active_means"]} | party(company())
    wanted = alert({"equipment": [{"identification": BOX}]} | around, route=ROUTE)
    assert found(wanted, notice()) is None
    assert len(found(wanted, boxed()).likenesses) > 3


def test_ship_on_another_voyage_is_another_crossing():
    means = ferry()["active_means"] | {"conveyance_reference": "QU-413"}
    assert found(alert({"active_means": means}, route=ROUTE), notice()) is None


def test_ship_without_a_voyage_is_possible_when_it_is_expected():
    means = {"identification": "IMO 9123453", "identification_type": "10"}
    match = found(alert({"active_means": means}, route=ROUTE), notice())
    assert match.grade is Grade.POSSIBLE


def test_seal_is_possible_where_the_box_is_another():
    wanted = alert({"equipment": [{"identification": BOX, "seals": ["AZ7324003"]}]})
    other = box("TCLU4567894", seals=[{"number": "AZ7324003"}])
    match = found(wanted, notice(equipment=[other]))
    assert [each.kind for each in match.likenesses] == ["seal"]
    assert match.grade is Grade.POSSIBLE


def test_slip_in_a_plate_with_the_company_is_possible_and_no_more():
    subject = named("30", "10-AB-123") | party(company())
    match = found(alert(subject, route=ROUTE), notice(transport=road("10-AB-128")))
    assert match.grade is Grade.POSSIBLE


def test_short_number_is_anybodys_and_no_more_than_possible():
    match = found(alert({"ucrs": ["6AZ1"]}), notice(consignments=[consignment(ucr="6AZ1")]))
    assert match.grade is Grade.POSSIBLE


def test_plate_of_another_country_is_worth_less():
    plate = {"identification": "10-AB-123", "identification_type": "30"}
    at_home = found(alert({"passive_means": [plate | {"nationality": "AZ"}]}), notice(transport=road()))
    abroad = found(alert({"passive_means": [plate | {"nationality": "TM"}]}), notice(transport=road()))
    assert at_home.grade is Grade.CERTAIN
    assert abroad.grade is Grade.POSSIBLE


@pytest.mark.parametrize(
    ("subject", "consignments"),
    [
        ({"transport_documents": [{"number": "SMGS-24117731", "type": "N722"}]}, (2,)),
        ({"equipment": [{"identification": BOX}]}, (1, 2)),
        (
            {
                "equipment": [{"identification": BOX}],
                "transport_documents": [{"number": "SMGS-24117731", "type": "N722"}],
            },
            (2,),
        ),
        ({"notices": [{"authority": "AZ-SCC", "reference": "AZ-PAN-1", "consignment": 3}]}, (3,)),
        ({"notices": [{"authority": "AZ-SCC", "reference": "AZ-PAN-1"}]}, ()),
        ({"transport_documents": [{"number": "BL-00412-77", "type": "N704"}]}, (2, 3)),
    ],
)
def test_match_says_which_consignments_are_concerned(subject, consignments):
    inside = [{"consignment": 1, "item": 1}, {"consignment": 2, "item": 1}]
    master = {"master_document": {"number": "BL-00412-77", "type": "N704"}}
    listed = [
        consignment(),
        consignment(2, "SMGS-24117731", **master),
        consignment(3, "SMGS-24117732", **master),
    ]
    seen = notice(equipment=[box(goods=inside)], consignments=listed)
    assert found(alert(subject), seen).consignments == consignments


def test_split_consignment_is_found_by_its_document_with_another_box():
    document = {"number": "SMGS-24117730", "type": "N722"}
    wanted = alert({"equipment": [{"identification": BOX}], "transport_documents": [document]})
    match = found(wanted, boxed("TCLU4567894"))
    assert [each.kind for each in match.likenesses] == ["transport-document"]


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (looking(), boxed(test=False)),
        (looking(version=2, function="1"), boxed()),
        (looking(), boxed(version=2, function="1")),
        (looking(valid_until="2026-11-24T05:59:59Z", issued_at="2026-11-23T06:00:00Z"), boxed()),
    ],
)
def test_test_traffic_cancelled_and_lapsed_documents_do_not_match(wanted, seen):
    assert found(wanted, seen) is None


def test_documents_inside_amendments_are_compared_with_their_places():
    members = notice_members(equipment=[box()])
    match = found(amendment(alert_members()), amendment(members))
    assert match.likenesses[0].wanted_at == "/document/subject/equipment/0/identification"
    assert match.likenesses[0].seen_at == "/document/equipment/0/identification"
    assert (match.wanted.version, match.notice.version) == (2, 2)


def test_sides_read_before_give_the_same_match():
    assert compare(look_for(looking()), look_at(boxed()), at=now(alert())) == found(looking(), boxed())


def test_what_agrees_comes_the_weightiest_first_and_once():
    subject = {
        "equipment": [{"identification": BOX}],
        "ucrs": [UCR],
        "active_means": ferry()["active_means"],
    }
    match = found(alert(subject), boxed(consignments=[consignment(ucr=UCR)]))
    points = [each.points for each in match.likenesses]
    assert points == sorted(points, reverse=True)
    assert len({each.words for each in match.likenesses}) == len(points)


def shipped(name):
    folders = sorted((CONFIG / "corridor").glob("*-*"))
    lines = [line for each in folders for line in (each / f"{name}.jsonl").read_bytes().splitlines()]
    return [read_document(line).document for line in lines]


def test_shipped_alerts_are_each_found_in_the_notice_they_name_and_in_no_other():
    notices = [look_at(each) for each in shipped("notices")]
    for one in shipped("alerts"):
        matches = [match for each in notices if (match := compare(one, each, at=now(one)))]
        assert [match.notice.reference for match in matches] == [one.subject.notices[0].reference]
        assert matches[0].grade is Grade.CERTAIN


@pytest.mark.parametrize("seed", range(12))
def test_any_valid_notice_is_compared_with_any_valid_alert(seed):
    one = look_for(read(document("alert/1", str(seed))))
    for other in range(12):
        match = compare(one, look_at(read(document("pre-arrival-notice/1", str(other)))), at=one.ends)
        assert match is None or from_json(to_json(match)) == match


SIGNS = st.lists(st.sampled_from(["", " ", "-", "."]), min_size=11, max_size=11)


@given(SIGNS, st.booleans(), st.booleans())
@settings(max_examples=50)
def test_noise_that_folding_sets_aside_never_loses_a_match(signs, is_lower, is_foreign):
    noisy = "".join(letter + sign for letter, sign in zip(BOX, signs, strict=True))[:17].strip(" -.")
    noisy = noisy.lower() if is_lower else noisy
    noisy = noisy.replace("C", "С") if is_foreign else noisy
    if noisy.upper().replace("С", "C").translate(str.maketrans("", "", " -.")) != BOX:
        return  # cut at the 17 characters that a box may have
    match = found(looking(noisy), boxed())
    assert match.grade is Grade.CERTAIN
    assert match.likenesses[0].exactness == ("exact" if noisy == BOX else "folded")
