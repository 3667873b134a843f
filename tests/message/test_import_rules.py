import json

import pytest

from node.message.document import all_faults


@pytest.fixture
def found(published):
    def make(name, **changes):
        document = {**published(name), **changes}
        return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]

    return make


@pytest.fixture
def declared(published, found):
    def make(index, **changes):
        """Give the full import result with one of its declarations changed; None takes a member out."""
        entry = {**published("import-result-full")["declared"][index], **changes}
        return found(
            "import-result-full",
            declared=[{member: value for member, value in entry.items() if value is not None}],
        )

    return make


@pytest.mark.parametrize(
    "name",
    [
        *("import-result-minimum", "import-result-full"),
        *("discrepancy-minimum", "discrepancy-full"),
    ],
)
def test_import_document_in_order_has_no_fault(found, name):
    assert found(name) == []


@pytest.mark.parametrize("comparison", ["matches", "differs"])
def test_comparison_with_nothing_listed_is_a_fault(found, comparison):
    assert found("import-result-minimum", comparison=comparison) == [
        ("/declared", "rule.declared_listed")
    ]


def test_declaration_twice_is_a_fault(published, found):
    twice = published("import-result-full")["declared"][:1] * 2
    assert found("import-result-full", declared=twice) == [("/declared", "rule.named_once")]


def test_declaration_of_two_consignments_is_no_fault(published, found):
    (first, _) = published("import-result-full")["declared"]
    assert found("import-result-full", declared=[first, {**first, "sequence": 2}]) == []


def test_declaration_mrn_of_wrong_structure_is_a_fault(declared):
    assert declared(0, declaration_mrn="26UZ1B2C3D4E5F6G7H") == [
        ("/declared/0/declaration_mrn", "rule.identifier_structure")
    ]


def test_consignment_not_declared_needs_no_number_and_no_procedure(declared):
    nothing = {"declaration": None, "procedure": None, "goods": None}
    assert declared(1, release_status="not-declared", **nothing) == []


def test_consignment_not_declared_with_a_declaration_is_a_fault(declared):
    assert declared(1, release_status="not-declared") == [
        ("/declared/0/declaration", "rule.declaration_named"),
        ("/declared/0/procedure", "rule.procedure_stated"),
        ("/declared/0/goods", "rule.declaration_named"),
    ]


@pytest.mark.parametrize("status", ["lodged", "held", "refused", "seized"])
def test_release_of_what_is_not_released_is_a_fault(declared, status):
    assert declared(0, release_status=status) == [("/declared/0/released_at", "rule.release_dated")]


@pytest.mark.parametrize(
    ("at", "is_fault"), [("2026-11-28T08:30:00Z", False), ("2026-11-28T08:30:01Z", True)]
)
def test_release_after_the_time_of_the_report_is_a_fault(declared, at, is_fault):
    fault = ("/declared/0/released_at", "rule.times_in_order")
    assert declared(0, released_at=at) == [fault] * is_fault


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"national_code": "29151100"}, "national_code", "rule.national_code"),
        ({"gross_mass": "0"}, "gross_mass", "rule.gross_mass"),
        ({"net_mass": "375.1"}, "net_mass", "rule.net_within_gross"),
    ],
)
def test_declared_goods_that_contradict_themselves_are_a_fault(
    published, declared, change, pointer, code
):
    goods = {**published("import-result-full")["declared"][1]["goods"][0], **change}
    assert declared(1, goods=[goods]) == [(f"/declared/0/goods/0/{pointer}", code)]


@pytest.mark.parametrize(
    "goods",
    [
        {"hs_code": "291521"},
        {"hs_code": "291521", "net_mass": "9"},
        {"hs_code": "291521", "gross_mass": "9"},
    ],
)
def test_declared_goods_with_little_known_are_no_fault(declared, goods):
    assert declared(1, goods=[goods]) == []


@pytest.mark.parametrize("answered", ["pre-arrival-notice", "import-result"])
def test_discrepancy_answers_a_notice_or_an_import_result(published, found, answered):
    answers = {**published("discrepancy-minimum")["answers"], "type": answered}
    assert found("discrepancy-minimum", answers=answers) == []


def test_difference_with_the_same_on_both_sides_is_a_fault(found):
    same = {"pointer": "/total_gross_mass", "kind": "mass", "at_exit": "9 kg", "at_entry": "9 kg"}
    assert found("discrepancy-minimum", differences=[same]) == [
        ("/differences/0", "rule.difference_told")
    ]


@pytest.mark.parametrize(
    ("name", "member", "late"),
    [
        ("import-result-minimum", "decided_at", "2026-11-25T10:00:01Z"),
        ("discrepancy-minimum", "found_at", "2026-11-25T11:00:01Z"),
    ],
)
def test_report_before_the_fact_is_a_fault(found, name, member, late):
    assert found(name, **{member: late}) == [(f"/{member}", "rule.happened_before_issue")]
