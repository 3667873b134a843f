import json

import pytest

from node.message.document import read_document
from node.message.outcome_doubts import _GROUPS_OF
from node.reference.outcome_codes import COMMODITY_GROUPS
from node.reference.risk_codes import COMMODITIES


@pytest.fixture
def found(published):
    def make(name, **changes):
        raw = json.dumps({**published(name), **changes}).encode()
        return [(doubt.pointer, doubt.code) for doubt in read_document(raw).doubts]

    return make


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("hit-full", "office"),
        ("acceptance-full", "office_of_control"),
        ("arrival-minimum", "office"),
        ("control-result-minimum", "office_of_control"),
        ("seizure-minimum", "office"),
    ],
)
def test_office_of_another_country_is_doubted(found, name, member):
    assert found(name, **{member: "AZ001005"}) == [(f"/{member}", "doubt.office_elsewhere")]


def test_hit_without_an_office_is_not_doubted(found):
    assert found("hit-minimum") == []


@pytest.mark.parametrize(
    ("at", "is_doubted"), [("2026-11-24T08:40:00Z", False), ("2026-11-24T08:39:59Z", True)]
)
def test_control_planned_in_the_past_is_doubted(found, at, is_doubted):
    doubt = ("/scheduled_at", "doubt.scheduled_in_past")
    assert found("acceptance-full", scheduled_at=at) == [doubt] * is_doubted


@pytest.mark.parametrize(
    ("result", "listed", "pointer"),
    [
        ("A1", False, None),
        ("A4", False, "/discrepancies"),
        ("A5", False, "/discrepancies"),
        ("B1", False, None),
        ("A1", True, "/result"),
        ("A2", True, "/result"),
        ("A3", True, "/result"),
        ("A4", True, None),
        ("A5", True, None),
        ("B1", True, None),
    ],
)
def test_result_that_its_findings_do_not_bear_out_is_doubted(found, result, listed, pointer):
    discrepancies = [{"kind": "mass", "found": "3 t"}] if listed else []
    expected = [(pointer, "doubt.result_borne_out")] if pointer else []
    assert found("control-result-minimum", result=result, discrepancies=discrepancies) == expected


def test_every_expected_group_and_commodity_is_a_code():
    assert set(_GROUPS_OF) <= set(COMMODITIES.codes)
    assert {group for groups in _GROUPS_OF.values() for group in groups.split()} <= set(
        COMMODITY_GROUPS.codes
    )


@pytest.mark.parametrize(
    ("group", "commodity", "is_doubted"),
    [
        ("drugs", "opiates", False),
        ("tobacco", "opiates", True),
        ("tax-evasion", "cigarettes", False),
        ("ipr", "textiles", False),
    ],
)
def test_commodity_in_an_unusual_group_is_doubted(found, group, commodity, is_doubted):
    goods = [{"group": group, "commodity": commodity, "quantity": "1", "unit": "KGM"}]
    doubt = ("/goods/0/group", "doubt.commodity_group")
    assert found("seizure-minimum", goods=goods) == [doubt] * is_doubted


def test_declaration_mrn_with_wrong_check_digit_is_doubted(published, found):
    declared = published("import-result-full")["declared"]
    mrn = declared[0]["declaration_mrn"]
    declared[0]["declaration_mrn"] = mrn[:-1] + str((int(mrn[-1]) + 1) % 10)
    assert found("import-result-full", declared=declared) == [
        ("/declared/0/declaration_mrn", "doubt.identifier")
    ]


def test_declared_heading_of_four_digits_is_doubted(published, found):
    declared = published("import-result-full")["declared"]
    declared[1]["goods"][0]["hs_code"] = "2915"
    assert found("import-result-full", declared=declared) == [
        ("/declared/1/goods/0/hs_code", "doubt.short_hs_code")
    ]


@pytest.mark.parametrize(
    ("name", "changes", "pointer"),
    [
        ("acceptance-declined", {"reason_text": "Ask +994 50 000 00 00."}, "/reason_text"),
        ("control-result-minimum", {"comment": "Mr Test drove."}, "/comment"),
        (
            "seizure-minimum",
            {
                "goods": [
                    {
                        "group": "other",
                        "commodity": "other",
                        "quantity": "1",
                        "unit": "KGM",
                        "substance": "From a@b.example",
                    }
                ]
            },
            "/goods/0/substance",
        ),
        ("incident-minimum", {"text": "Mr Test drove."}, "/text"),
    ],
)
def test_free_text_that_looks_nominal_is_doubted(found, name, changes, pointer):
    assert found(name, **changes) == [(pointer, "doubt.personal_data")]


@pytest.mark.parametrize("member", ["declared", "found"])
def test_difference_in_words_that_look_nominal_is_doubted(found, member):
    listed = [{"kind": "party", member: "Mr Test"}]
    assert found("control-result-minimum", result="A4", discrepancies=listed) == [
        (f"/discrepancies/0/{member}", "doubt.personal_data")
    ]


@pytest.mark.parametrize("member", ["at_exit", "at_entry"])
def test_difference_of_a_declaration_that_looks_nominal_is_doubted(found, member):
    differences = [{"pointer": "/declarant", "kind": "party", member: "Mr Test"}]
    assert found("discrepancy-minimum", differences=differences) == [
        (f"/differences/0/{member}", "doubt.personal_data")
    ]
