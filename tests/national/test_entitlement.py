from pathlib import Path

import pytest

from node.errors import CallerError
from node.message.document import read_document
from node.national.entitlement import Concerned, may_send, sees
from node.national.system import EVERYTHING

NOTHING = frozenset()
EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


def about(types=("alert",), units=(), offices=()):
    return Concerned(frozenset(types), frozenset(units), frozenset(offices))


# units, types, offices of the system; what the message concerns; whether it sees it
CASES = {
    "unit and type": ({}, about(units=["PCU-ALYAT"]), True),
    "one unit of several": ({}, about(units=["HQ", "PCU-ALYAT"]), True),
    "another unit": ({}, about(units=["HQ"]), False),
    "no unit at all": ({}, about(), False),
    "another type": ({}, about(["hit"], ["PCU-ALYAT"]), False),
    "one type of several": ({}, about(["recall", "alert"], ["PCU-ALYAT"]), True),
    "no type at all": ({}, about([], ["PCU-ALYAT"]), False),
    "office": ({"offices": {"AZ001004"}}, about(offices=["AZ001004"]), True),
    "office but another type": ({"offices": {"AZ001004"}}, about(["hit"], [], ["AZ001004"]), False),
    "another office": ({"offices": {"AZ001004"}}, about(offices=["AZ001005"]), False),
    "an office of the name of a unit": ({}, about(offices=["PCU-ALYAT"]), False),
    "every unit": ({"units": EVERYTHING}, about(), True),
    "every unit but another type": ({"units": EVERYTHING}, about(["hit"]), False),
    "every type": ({"types": EVERYTHING}, about(["hit"], ["PCU-ALYAT"]), True),
    "every type but another unit": ({"types": EVERYTHING}, about(["hit"], ["HQ"]), False),
    "everything": ({"types": EVERYTHING, "units": EVERYTHING}, about([]), True),
    "no units and no offices": ({"units": NOTHING}, about(units=["PCU-ALYAT"]), False),
    "no types": ({"types": NOTHING}, about(units=["PCU-ALYAT"]), False),
    "disabled": (
        {"types": EVERYTHING, "units": EVERYTHING, "is_active": False},
        about(units=["PCU-ALYAT"]),
        False,
    ),
}


@pytest.mark.parametrize(("changes", "concerned", "expected"), CASES.values(), ids=CASES)
def test_system_sees_by_type_and_by_unit_or_office(make_system, changes, concerned, expected):
    members = {
        name: frozenset(value) if isinstance(value, set) else value for name, value in changes.items()
    }
    assert sees(make_system(**members), concerned) is expected


def test_system_may_send_a_document_of_its_type_and_unit(make_system, make_alert):
    may_send(make_system(), make_alert())


def test_system_with_everything_may_send_for_any_unit(make_system, make_alert):
    may_send(make_system(units=EVERYTHING, types=EVERYTHING), make_alert("HQ"))


@pytest.mark.parametrize(
    ("changes", "unit", "code", "pointer"),
    [
        ({"types": frozenset({"hit"})}, "PCU-ALYAT", "access.type", "/type"),
        ({}, "HQ", "access.unit", "/originator/unit"),
        (
            {"units": NOTHING, "offices": frozenset({"AZ001004"})},
            "HQ",
            "access.unit",
            "/originator/unit",
        ),
        ({"is_active": False}, "PCU-ALYAT", "system.disabled", ""),
    ],
    ids=["type", "unit", "office only", "disabled"],
)
def test_system_may_not_send_beyond_its_types_and_units(
    make_system, make_alert, changes, unit, code, pointer
):
    with pytest.raises(CallerError) as caught:
        may_send(make_system(**changes), make_alert(unit))
    assert (caught.value.code, caught.value.pointer) == (code, pointer)


def test_refusal_to_send_repeats_nothing_of_the_document(make_system, make_alert):
    with pytest.raises(CallerError) as caught:
        may_send(make_system(), make_alert("HQ-SECRET"))
    assert "HQ-SECRET" not in caught.value.message + caught.value.hint


def test_amendment_is_sent_by_whom_its_content_belongs_to(make_system):
    document = read_document((EXAMPLES / "amendment-minimum.json").read_bytes()).document
    units = frozenset({document.originator.unit})
    content = document.document.type.partition("/")[0]
    may_send(make_system(types=frozenset({content}), units=units), document)
    with pytest.raises(CallerError):
        may_send(make_system(types=frozenset({"amendment"}), units=units), document)
