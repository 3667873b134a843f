"""Peers over HTTP."""

from dataclasses import replace

import pytest

from node.audit.note import read_verifier_key
from node.national.scopes import Role, Scope
from node.store.journal import Batch
from tests.daemon.pair import suspend
from tests.spoken import document
from tests.web.carried import peers_of
from tests.web.served import Client


def own_alert(served, reference, **members):
    return document(
        "alert-minimum", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference=reference, **members
    )


async def test_peers_are_the_others_of_the_directory(served):
    found = (await (await served.client()).get("/peers")).json()
    assert [(one["id"], one["connected"]) for one in found["items"]] == [
        ("TM-SCS", False),
        ("UZ-CC", False),
    ]
    assert found["next"] is None


async def test_peers_walked_page_by_page_come_once_each(served):
    client = await served.client()
    first = (await client.get("/peers?limit=1")).json()
    second = (await client.get(f"/peers?limit=1&cursor={first['next']}")).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ["TM-SCS", "UZ-CC"]
    assert second["next"] is None
    assert (await client.get("/peers.csv?limit=1")).text.splitlines()[1].startswith("TM-SCS,")


async def test_peer_is_told_with_its_keys_and_the_agreements_with_it(served):
    found = (await (await served.client()).get("/peers/UZ-CC")).json()
    card = served.node.directory.authorities["UZ-CC"].card
    assert [key["kid"] for key in found["keys"]] == [one.key.kid for one in card.encryption]
    assert [key["current"] for key in found["keys"]] == [True]
    assert read_verifier_key(found["log"]["keys"][0]) == card.log.ed25519
    assert (found["units"], found["contact"]) == (list(card.units), card.contact)
    assert found["agreements"] == ["az-uz-2026"]
    assert (found["log"]["size"], found["log"]["witnessed"], found["log"]["forks"]) == (None, None, 0)


async def test_peer_is_told_with_the_newest_head_of_its_log(served, stage):
    async with peers_of(served, stage, "UZ-CC") as exchange:
        for number in range(2):  # with the second comes what it cosigned of ours after the first
            await exchange.say("UZ-CC", "alert-minimum", reference=f"UZ-{number}")
        found = (await (await served.client()).get("/peers/UZ-CC")).json()["log"]
        head = exchange.peers["UZ-CC"].node.heads.at(found["size"])
        assert found["root"] == head.root.hex()
        assert found["witnessed"] > 0


async def test_peer_that_contradicted_itself_or_is_suspended_is_told_so(served):
    origin = served.node.directory.authorities["UZ-CC"].card.log.origin
    await served.node.committer.commit(Batch(forks=[(origin, 3, "one", "other")]))
    suspend(served, "UZ-CC")
    found = (await (await served.client()).get("/peers/UZ-CC")).json()
    assert (found["log"]["forks"], found["suspended"]) == (1, True)


async def test_peer_whose_keys_have_ended_has_no_current_one(served):
    authority = served.node.directory.authorities["UZ-CC"]
    ended = tuple(replace(one, valid_until=one.valid_from) for one in authority.card.encryption)
    card = replace(authority.card, encryption=ended)
    authorities = {**served.node.directory.authorities, "UZ-CC": replace(authority, card=card)}
    served.node.directory = replace(served.node.directory, authorities=authorities)
    found = (await (await served.client()).get("/peers/UZ-CC")).json()
    assert [key["current"] for key in found["keys"]] == [False]


async def waiting(client):
    items = (await client.get("/peers")).json()["items"]
    return {one["id"]: one["waiting"] for one in items}


async def test_what_waits_is_counted_as_far_as_it_is_seen(served):
    client = await served.client()
    await client.submit(own_alert(served, "AZ-1"))
    await client.submit(own_alert(served, "AZ-2", priority="routine"))
    found = await waiting(client)
    assert (found["UZ-CC"]["urgent"], found["UZ-CC"]["routine"]) == (1, 1)
    assert found["UZ-CC"]["oldest_at"].endswith("Z")
    assert found["TM-SCS"]["oldest_at"] is None
    elsewhere = await served.client("elsewhere", units=["PCU-BAKU"])
    assert (await waiting(elsewhere))["UZ-CC"] == found["TM-SCS"]


@pytest.mark.parametrize("id_", ["AZ-SCC", "XX-ABC", "uz-cc"])
async def test_peer_that_is_none_is_unknown(served, id_):
    answer = await (await served.client()).get(f"/peers/{id_}")
    assert (answer.status_code, answer.json()["code"]) == (404, "peer.unknown")


@pytest.mark.parametrize("path", ["/peers", "/peers.csv", "/peers/UZ-CC"])
async def test_peers_that_the_caller_holds_already_are_not_sent_again(served, path):
    client = await served.client(role=Role.OPERATOR)
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/peers", "/peers/UZ-CC", "/agreements", "/agreements/az-uz-2026"])
async def test_network_needs_its_scope(served, path):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
