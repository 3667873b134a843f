import pytest

from node.matching.keys import MOST_NAMES, MOST_PLATES, keys_of
from node.matching.kinds import Kind
from node.matching.numbers import MOST_REPAIRED
from node.matching.sides import look_at, look_for
from node.reference.identifiers import CONTAINER
from tests.matching.making import (
    BOX,
    alert,
    alert_members,
    amendment,
    box,
    company,
    consignment,
    ferry,
    named,
    notice,
    notice_members,
    party,
    road,
    watch,
)

WRONG = dict(zip("0123456789", "1234567890", strict=True))


def kinds(keys):
    return [key.kind for key in keys]


def shared(one, other):
    return {(key.kind, key.value) for key in keys_of(one)} & {
        (key.kind, key.value) for key in keys_of(other)
    }


def test_key_says_what_it_was_made_of_and_where():
    document = notice(equipment=[box("csqu 305438-3", goods=[{"consignment": 1, "item": 1}])])
    key = next(key for key in keys_of(document) if key.kind is Kind.CONTAINER)
    assert key.value == BOX
    assert key.written == "csqu 305438-3"
    assert key.pointer == "/equipment/0/identification"
    assert key.consignment == 1


def test_keys_come_once_each_and_are_the_same_each_time():
    document = notice(transport=road(truck="10-AB-123", trailer="10-AB-123"))
    keys = keys_of(document)
    assert len({(key.kind, key.value) for key in keys}) == len(keys)
    assert keys == keys_of(look_at(document))


@pytest.mark.parametrize(
    "wrong", ["CSQU3054384", "CSQU3504383", "CSQU3054393", "ZSQU3054383", "CSQU 3054383"]
)
@pytest.mark.parametrize("is_in_alert", [True, False])
def test_box_with_a_slip_shares_a_key_with_the_right_one(wrong, is_in_alert):
    first, second = (wrong, BOX) if is_in_alert else (BOX, wrong)
    one = alert({"equipment": [{"identification": first}]})
    assert (Kind.CONTAINER, BOX) in shared(one, notice(equipment=[box(second)]))


def test_alert_on_a_box_is_not_found_by_its_ship_nor_its_parties():
    subject = {"equipment": [{"identification": BOX, "seals": ["AZ7324003"]}]}
    subject |= {"active_means": ferry()["active_means"]} | party(company())
    assert kinds(keys_of(alert(subject))) == [Kind.CONTAINER, Kind.SEAL]


def test_alert_on_a_voyage_alone_is_found_by_it():
    subject = {"active_means": ferry()["active_means"]} | party(company())
    assert set(kinds(keys_of(alert(subject)))) == {Kind.VOYAGE, Kind.NAME}


def test_ship_alone_is_found_by_it():
    subject = {"active_means": {"identification": "9123453", "identification_type": "10"}}
    assert kinds(keys_of(alert(subject))) == [Kind.SHIP]


def test_plates_are_found_with_a_slip_only_where_nothing_else_is_named():
    alone = named("30", "10-AB-123")
    assert Kind.PLATE_SLIP in kinds(keys_of(alert(alone)))
    assert Kind.PLATE_SLIP not in kinds(keys_of(alert(alone | {"ucrs": ["6AZ1"]})))
    assert (Kind.PLATE_SLIP, "10A812") in shared(alert(alone), notice(transport=road("10-AB-128")))


def test_keys_of_a_watch_item_and_of_amendments_are_those_of_what_they_hold():
    item = watch(party(company(identification="1700456781")))
    assert kinds(keys_of(item)) == [Kind.PARTY_NUMBER, *[Kind.NAME] * 4]
    carried = keys_of(amendment(alert_members()))
    assert [(key.kind, key.value) for key in carried] == [(Kind.CONTAINER, BOX)]
    assert carried[0].pointer.startswith("/document/subject")
    assert Kind.NOTICE in kinds(keys_of(amendment(notice_members())))
    assert keys_of(look_for(item)) == keys_of(item)


@pytest.mark.parametrize(
    ("wanted", "seen", "is_found"),
    [
        ("AZ", "AZ", True),
        ("AZ", "TM", False),
        ("AZ", None, True),
        (None, "AZ", True),
        (None, None, True),
    ],
)
def test_name_is_found_in_its_country_and_wherever_none_is_said(wanted, seen, is_found):
    def who(country):
        named_so = company("Zarafshon Tekstil", country or "AZ")
        if country is None:
            del named_so["organisation"]["address"]
        return named_so

    document = notice(carrier=who(seen), consignments=[])
    assert (shared(watch(party(who(wanted))), document) != set()) is is_found


def test_what_is_cancelled_has_no_keys():
    off = {"version": 2, "function": "1"}
    assert keys_of(alert(**off)) == ()
    assert keys_of(notice(**off)) == ()


def test_keys_of_many_plates_are_bounded():
    wagons = [
        {"sequence": at + 1, "identification": f"10-AB-{at:03d}", "identification_type": "31"}
        for at in range(90)
    ]
    keys = keys_of(notice(transport=road(passive_means=wagons)))
    assert kinds(keys).count(Kind.PLATE) == 91
    assert kinds(keys).count(Kind.PLATE_SLIP) <= MOST_PLATES * 9


def test_keys_of_many_names_are_bounded():
    listed = [
        consignment(
            at + 1, f"SMGS-{at:08d}", consignor=company(f"Zarafshon {chr(97 + at % 26)}{at} Merkez")
        )
        for at in range(250)
    ]
    assert kinds(keys_of(notice(consignments=listed))).count(Kind.NAME) <= MOST_NAMES * 12


def test_keys_of_many_slips_are_bounded_and_each_box_still_has_its_own():
    boxes = [box(f"CSQU{at:06d}{WRONG[CONTAINER.check(f'CSQU{at:06d}0')]}", at + 1) for at in range(300)]
    keys = [key for key in keys_of(notice(equipment=boxes)) if key.kind is Kind.CONTAINER]
    assert {each["identification"] for each in boxes} <= {key.value for key in keys}
    assert len(keys) <= 300 + MOST_REPAIRED * 24


def test_truck_notice_has_some_forty_keys():
    assert 20 < len(keys_of(notice(transport=road()))) < 50
