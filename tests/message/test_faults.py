import json

import pytest

from node.message.document import all_faults
from node.message.faults import Fault, pointer_to


def only_fault(document):
    (fault,) = all_faults(json.dumps(document).encode())
    return fault


def test_pointer_to_no_steps_is_the_document():
    assert pointer_to() == ""


def test_pointer_to_members_and_indices_is_a_json_pointer():
    assert pointer_to("consignments", 0, "goods", 12) == "/consignments/0/goods/12"


@pytest.mark.parametrize(
    ("member", "value", "code", "text"),
    [
        ("priority", None, "value.code", "expected a code of the list priority (2026-1)"),
        ("total_gross_mass", 5, "value.type", "expected a string"),
        ("version", "1", "value.type", "expected a whole number"),
        ("test", 1, "value.type", "expected true or false"),
        ("equipment", {}, "value.type", "expected an array"),
        ("transport", [], "value.type", "expected an object"),
        ("document_name", "", "value.length", "expected at least 1 characters"),
        ("document_name", "1234", "value.length", "expected at most 3 characters"),
        ("version", 0, "value.range", "expected at least 1"),
        ("version", 100_000, "value.range", "expected at most 99999"),
        ("recipients", [], "list.length", "expected at least 1 entries"),
        ("issued_at", "2026-02-30T06:00:00Z", "value.invalid", "not a possible value"),
    ],
)
def test_fault_of_a_member_is_said_in_words(notice, member, value, code, text):
    notice[member] = value
    assert only_fault(notice) == Fault(f"/{member}", code, text)


def test_fault_of_form_names_the_form(notice):
    notice["office_of_entry"] = "Turkmenbashi"
    assert only_fault(notice).text == "expected a customs office: country and 6 capitals or digits"


def test_fault_of_a_missing_member_points_at_it(notice):
    del notice["transport"]["mode"]
    assert only_fault(notice) == Fault("/transport/mode", "member.missing", "required, but absent")


def test_fault_of_too_many_entries_is_said_in_words(notice):
    notice["recipients"] = [f"TM-A{number:04d}" for number in range(65)]
    assert only_fault(notice).text == "expected at most 64 entries"


def test_fault_of_an_unknown_member_points_at_it(notice):
    notice["transport"]["colour"] = "red"
    assert only_fault(notice) == Fault("/transport/colour", "member.unknown", "no such member here")


@pytest.mark.parametrize("name", ["Passenger: J. Doe", "", "x" * 41, "a/b", "\u0438\u043c\u044f"])
def test_fault_of_a_strangely_named_member_points_at_its_parent(notice, name):
    notice["transport"][name] = 1
    assert only_fault(notice).pointer == "/transport"


def test_fault_of_the_only_entry_is_not_also_called_too_few(notice):
    notice["recipients"] = ["Turkmenistan"]
    assert only_fault(notice).pointer == "/recipients/0"
