"""Agreements over HTTP, and what they permit in plain words."""

from dataclasses import replace

import pytest

from node.trust.agreement import Deadlines, Terms
from node.web.agreements import AgreementTerms
from tests.daemon.pair import suspend

UZ = "az-uz-2026"


async def explain(served, query):
    answer = await (await served.client()).get(f"/agreements/explain?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_agreements_are_those_that_we_are_a_party_of(served):
    client = await served.client()
    found = (await client.get("/agreements")).json()["items"]
    assert [(one["name"], one["in_force"], one["in_directory"]) for one in found] == [
        ("az-tm-2026", True, True),
        (UZ, True, True),
    ]
    first = (await client.get("/agreements?limit=1")).json()
    second = (await client.get(f"/agreements?limit=1&cursor={first['next']}")).json()
    assert first["items"] + second["items"] == found
    assert (await client.get("/agreements.csv")).text.count("\n") == 3


async def test_agreement_is_told_whole_by_its_name_or_its_digest(served):
    client = await served.client()
    found = (await client.get(f"/agreements/{UZ}")).json()
    assert found == (await client.get(f"/agreements/{found['digest']}")).json()
    agreement = served.node.agreements[found["digest"]]
    assert found["deadlines"] == agreement.deadlines.model_dump()
    assert found["terms"] == agreement.terms.model_dump()
    assert [rule["types"] for rule in found["rules"]] == [list(rule.types) for rule in agreement.rules]
    assert found["rules"][0]["purposes"] == list(agreement.purposes)


def test_terms_are_told_completely():
    assert AgreementTerms.model_fields.keys() == Terms.model_fields.keys()
    assert all(isinstance(value, int) for value in Deadlines().model_dump().values())


async def test_agreement_that_is_none_is_not_found(served):
    answer = await (await served.client()).get("/agreements/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "agreement.absent")


async def test_agreements_of_one_name_must_be_told_apart(served):
    one = next(each for each in served.node.agreements.values() if each.name == UZ)
    other = one.model_copy(update={"digest": "another"})
    served.node.agreements = {**served.node.agreements, "another": other}
    answer = await (await served.client()).get(f"/agreements/{UZ}")
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement.ambiguous")


async def test_explain_permits_by_a_rule_with_its_limits(served):
    found = await explain(served, "to=UZ-CC&type=alert/1&purpose=counter-narcotics")
    assert (found["permitted"], found["agreement"], found["objections"]) == (True, UZ, [])
    assert found["rule"]["max_document_bytes"] == 262_144
    assert found["text"] == (
        "AZ-SCC may send alert/1 to UZ-CC by az-uz-2026: for risk-analysis, counter-narcotics; "
        "at most 262144 bytes, for at most 168 hours"
    )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("to=TM-SCS&type=alert/1&purpose=revenue-protection", "this purpose is not among"),
        ("to=UZ-CC&type=alert/1&size_bytes=300000", "at most 262144 agreed"),
        ("from=UZ-CC&to=TM-SCS&type=alert/1", "has no rule UZ-CC -> TM-SCS"),
        ("to=KZ-SRC&type=alert/1", "KZ-SRC is not in the directory"),
    ],
)
async def test_explain_denies_with_the_reason_of_each_agreement(served, query, reason):
    found = await explain(served, query)
    assert (found["permitted"], found["rule"]) == (False, None)
    assert reason in found["text"]
    assert {UZ, "az-tm-2026"} <= {each["agreement"] for each in found["objections"]}


async def test_explain_denies_what_the_network_does_not_know(served):
    served.node.directory = replace(served.node.directory, agreements=frozenset())
    found = await explain(served, "to=UZ-CC&type=alert/1")
    assert not found["permitted"]
    assert "not in the network's directory" in found["text"]


async def test_explain_denies_a_suspended_peer_though_an_agreement_permits(served):
    suspend(served, "UZ-CC")
    found = await explain(served, "to=UZ-CC&type=alert/1")
    assert (found["permitted"], found["agreement"]) == (False, UZ)
    assert found["objections"] == [
        {"agreement": None, "code": "sender.suspended", "reason": "UZ-CC is suspended"}
    ]


async def test_explain_without_any_agreement_says_so(served):
    served.node.agreements = {}
    found = await explain(served, "to=UZ-CC&type=alert/1")
    assert found["text"].endswith("no agreement covers these two")


@pytest.mark.parametrize("query", ["", "to=UZ-CC", "to=UZ-CC&type=alert", "to=UZ&type=alert/1"])
async def test_explain_asked_wrongly_is_refused(served, query):
    answer = await (await served.client()).get(f"/agreements/explain?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
