"""A system cannot act on what is another unit's: tried over REST, with a peer that answers."""

import orjson
import pytest

from node.national.scopes import Role
from tests.spoken import answering, document
from tests.web.served import Client

OTHER = {"authority": "AZ-SCC", "unit": "PCU-ASTARA", "country": "AZ"}


def made(example, served, reference, **members):
    now = served.node.clock()
    return document(example, "AZ-SCC", "UZ-CC", now=now, reference=reference, **members)


@pytest.fixture
def own(served):
    """An alert of the unit whose documents are attacked."""
    return made("alert-minimum", served, "AZ-ALR-1")


def alert_of_a_peer(reference):
    """As much of an alert as an answer names."""
    authority = {"authority": "UZ-CC"}
    return {"type": "alert/1", "originator": authority, "reference": reference, "version": 1}


async def units(served) -> tuple[Client, Client]:
    """A system of the unit that sent the alert, and one of another unit."""
    mine = await served.client("alyat", units=["PCU-ALYAT"])
    return mine, await served.client("astara", units=["PCU-ASTARA"])


def named(example, served, earlier, member, **members):
    """A document of the other unit that names one that it does not see."""
    value = {member: answering(earlier), "originator": OTHER, **members}
    return made(example, served, f"AZ-{example.upper()}", **value)


async def test_another_units_document_cannot_be_recalled(served, own):
    mine, other = await units(served)
    assert (await mine.submit(own)).status_code == 202
    recall = named("recall-minimum", served, own, "recalls")
    refused = await other.submit(recall)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.followed")
    assert refused.json()["pointer"] == "/recalls"
    recall["originator"] = own["originator"]
    assert (await mine.submit(recall)).status_code == 202


async def test_another_units_document_cannot_be_amended(served, own):
    mine, other = await units(served)
    assert (await mine.submit(own)).status_code == 202
    changed = {**own, "version": 2, "function": "5"}
    amendment = named("amendment-minimum", served, own, "amends", document=changed)
    refused = await other.submit(amendment)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.followed")
    assert refused.json()["pointer"] == "/amends"


async def test_another_units_reference_cannot_be_taken_to_hear_its_answers(served, exchange, own):
    mine, other = await units(served)
    assert (await mine.submit(own)).status_code == 202
    taken = await other.submit({**own, "version": 2, "function": "5", "originator": OTHER})
    assert (taken.status_code, taken.json()["code"]) == (422, "document.reference_taken")
    assert "message " not in taken.json()["detail"]  # no id of what is another unit's
    await exchange.settle()
    await exchange.say("UZ-CC", "acceptance-minimum", reference="UZ-ACC-1", answers=answering(own))
    assert [one["reference"] for one in (await mine.get("/inbox")).json()["items"]] == ["UZ-ACC-1"]
    assert (await other.get("/inbox")).json()["items"] == []


@pytest.mark.parametrize("tlp", ["AMBER+STRICT", "GREEN"])
async def test_peers_document_for_another_unit_cannot_be_answered(served, exchange, tlp):
    _, other = await units(served)
    sent = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    await served.desk.assign(sent.id, "PCU-ALYAT", originator="UZ-CC")
    answer = named("acceptance-minimum", served, alert_of_a_peer("UZ-1"), "answers")
    answer["handling"]["tlp"] = tlp  # as it is, and looser: which of them is not told
    refused = await other.submit(answer)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.followed")


async def test_peers_document_that_is_not_held_can_be_answered(served):
    _, other = await units(served)
    answer = named("acceptance-minimum", served, alert_of_a_peer("UZ-2"), "answers")
    assert (await other.submit(answer)).status_code == 202


async def test_peers_document_can_be_answered_once_it_was_given_to_the_unit(served, exchange):
    _, other = await units(served)
    sent = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    await served.desk.assign(sent.id, "PCU-ASTARA", originator="UZ-CC")
    raw = (await other.get("/messages/UZ-1/document")).content
    answer = named("acceptance-minimum", served, orjson.loads(raw), "answers")
    assert (await other.submit(answer)).status_code == 202


async def test_system_that_does_not_deal_with_what_it_answers_may_answer_it(served, exchange):
    own = {"role": Role.PUBLISHER, "units": ["PCU-ASTARA"], "types": ["acceptance"]}
    narrow = await served.client("acceptances", **own)
    sent = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    await served.desk.assign(sent.id, "PCU-ASTARA", originator="UZ-CC")
    assert (await narrow.get("/messages/UZ-1")).status_code == 404
    answer = named("acceptance-minimum", served, alert_of_a_peer("UZ-1"), "answers")
    assert (await narrow.submit(answer)).status_code == 202


@pytest.mark.parametrize("tlp", ["AMBER+STRICT", "GREEN"])
async def test_source_of_another_unit_does_not_tell_how_it_is_handled(served, exchange, tlp):
    _, other = await units(served)
    await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    source = {
        "type": "alert",
        "authority": "UZ-CC",
        "reference": "UZ-1",
        "version": 1,
        "tlp": tlp,
        "h_code": "H2",
        "pap": "GREEN",
    }
    refused = await other.submit(
        made("alert-minimum", served, "AZ-ALR-2", sources=[source], originator=OTHER)
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "access.followed")
    assert refused.json()["pointer"] == "/sources/0"


async def test_system_of_every_unit_names_what_it_likes(served, own):
    mine, _ = await units(served)
    every = await served.client("every")
    assert (await mine.submit(own)).status_code == 202
    assert (await every.submit(named("recall-minimum", served, own, "recalls"))).status_code == 202
