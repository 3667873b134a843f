import pytest

from node.matching.kinds import Kind
from node.matching.sides import look_at, look_for
from tests.matching.making import (
    BOX,
    alert,
    alert_members,
    amendment,
    box,
    company,
    consignment,
    named,
    notice,
    notice_members,
    road,
    watch,
)


def test_alert_is_looked_for_from_issue_until_it_lapses():
    wanted = look_for(alert())
    assert (wanted.begins, wanted.ends) == (1_795_500_000_000, 1_796_364_000_000)
    assert wanted.named.model_dump() == {
        "type": "alert",
        "authority": "UZ-CC",
        "reference": "UZ-ALR-1",
        "version": 1,
    }


def test_alert_is_looked_for_from_the_day_it_names():
    assert look_for(alert(valid_from="2026-11-25T06:00:00Z")).begins == 1_795_586_400_000


def test_what_must_not_be_loaded_and_what_is_suspicious_is_looked_for_too():
    document = alert(
        do_not_load={
            "transport_documents": [{"number": "SMGS-24117730", "type": "N722"}],
            "equipment": ["CSQU3054383", "TCLU1234560"],
        },
        suspicious_members=[{"authority": "AZ-SCC", "reference": "AZ-PAN-1", "pointer": "/equipment/0"}],
    )
    assert [(mark.kind, mark.pointer) for mark in look_for(document).marks] == [
        (Kind.CONTAINER, "/subject/equipment/0/identification"),
        (Kind.NOTICE, "/suspicious_members/0/reference"),
        (Kind.DOCUMENT, "/do_not_load/transport_documents/0/number"),
        (Kind.CONTAINER, "/do_not_load/equipment/1"),
    ]


def test_watch_item_is_looked_for_like_an_alert():
    wanted = look_for(watch({"equipment": [{"identification": BOX}]}))
    assert wanted.named.model_dump(exclude_none=True) == {"type": "watch-item", "reference": "W-1"}
    assert wanted.is_specific
    assert wanted.is_test
    assert not wanted.is_off


def test_amended_documents_are_read_inside_the_amendment():
    wanted = look_for(amendment(alert_members()))
    assert wanted.named.version == 2
    assert wanted.marks[0].pointer == "/document/subject/equipment/0/identification"
    seen = look_at(amendment(notice_members()))
    assert seen.marks[0].pointer == "/document/reference"


def test_amendment_of_the_other_kind_is_refused():
    with pytest.raises(TypeError, match="not an alert"):
        look_for(amendment(notice_members()))
    with pytest.raises(TypeError, match="not a notice"):
        look_at(amendment(alert_members()))


@pytest.mark.parametrize(
    ("subject", "is_specific", "has_only_plates"),
    [
        ({"ucrs": ["6AZ1"]}, True, False),
        (named("30", "10-AB-123"), True, True),
        (named("30", "10-AB-123") | {"ucrs": ["6AZ1"]}, True, False),
        ({"active_means": {"identification": "9123453", "identification_type": "10"}}, False, False),
    ],
)
def test_what_names_one_cargo_is_specific(subject, is_specific, has_only_plates):
    wanted = look_for(alert(subject))
    assert (wanted.is_specific, wanted.has_only_plates) == (is_specific, has_only_plates)


def test_cancelled_documents_are_off():
    off = {"version": 2, "function": "1"}
    assert look_for(alert(**off)).is_off
    assert look_at(notice(**off)).is_off


def test_seen_is_laid_out_by_value_by_repair_and_by_slip():
    seen = look_at(notice(equipment=[box("CSQU3054384")], transport=road()))
    assert (Kind.CONTAINER, "CSQU3054384") in seen.by_value
    assert (Kind.CONTAINER, BOX) in seen.by_repair
    assert "0A8123" in seen.by_slip


def test_parties_are_laid_out_by_their_numbers_and_names():
    numbered = company("Zarafshon Tekstil MChJ", identification="1700456781")
    seen = look_at(notice(carrier=numbered))
    for key in ("party-number/1700456781", "<srv", "vsn>"):
        assert [each.role for each in seen.by_party[key]] == ["carrier"]


def test_party_that_comes_again_is_seen_once_with_all_its_consignments():
    listed = [consignment(at, f"SMGS-2411773{at}") for at in (1, 2, 3)]
    seen = look_at(notice(consignments=listed))
    assert [(each.role, each.consignments) for each in seen.parties] == [
        ("carrier", ()),
        ("consignor", (1, 2, 3)),
        ("consignee", (1, 2, 3)),
    ]
