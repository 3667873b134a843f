"""The node's own log over HTTP, checked with nothing but the keys on its card."""

import base64
import csv
import io

import pytest

from node.audit.event import Kind, reread_entry
from node.audit.merkle import leaf_hash
from node.audit.note import read_note
from node.audit.proof import read_proof
from node.national.scopes import Role, Scope
from node.store.record import Records
from tests.spoken import document
from tests.web.carried import peers_of
from tests.web.served import Client


@pytest.fixture
async def auditor(served):
    return await served.client("auditor", role=Role.AUDITOR)


def own_log(served):
    return served.node.directory.authorities["AZ-SCC"].card.log


async def test_checkpoint_is_signed_and_covers_everything(served, auditor):
    answer = await auditor.get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    head = own_log(served).verify(read_note(answer.text))
    assert (head.size, head.root) == served.node.tree.head
    assert Records(served.node.database).checkpoints()[head.size] == answer.text


async def test_checkpoint_of_an_unchanged_log_is_the_same(auditor):
    first = await auditor.get("/log/checkpoint")
    again = await auditor.get("/log/checkpoint", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_proof_of_any_entry_holds(served, auditor):
    for index in range(served.node.tree.size):
        answer = await auditor.get(f"/log/proof/{index}")
        proof = read_proof(answer.text)
        assert proof.index == index
        proof.verify(proof.extra, own_log(served))


async def test_proof_takes_a_head_that_a_witness_has_cosigned(served, stage, auditor):
    async with peers_of(served, stage, "UZ-CC") as exchange:
        for number in range(2):
            await exchange.say("UZ-CC", "alert-minimum", reference=f"UZ-{number}")
        await auditor.get("/log/checkpoint")
        proof = read_proof((await auditor.get("/log/proof/0")).text)
        names = {line.name for line in read_note(proof.checkpoint).signatures}
        assert any("uz-cc" in name for name in names)


@pytest.mark.parametrize("index", [10_000, 2**53 - 1])
async def test_proof_beyond_the_end_is_unknown(auditor, index):
    answer = await auditor.get(f"/log/proof/{index}")
    assert (answer.status_code, answer.json()["code"]) == (404, "entry.unknown")


@pytest.mark.parametrize("path", ["/log/proof/-1", "/log/proof/x", "/log/entries?kind=nothing"])
async def test_log_asked_for_wrongly_is_refused(auditor, path):
    answer = await auditor.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_entries_walked_page_by_page_are_the_log(served, auditor):
    seen, cursor = [], ""
    while cursor is not None:
        path = "/log/entries?limit=3" + (f"&cursor={cursor}" if cursor else "")
        body = (await auditor.get(path)).json()
        seen += body["items"]
        cursor = body["next"]
    raw = [base64.b64decode(one["raw"]) for one in seen]
    assert raw == [raw for _, raw in Records(served.node.database).entries()]
    assert [base64.b64decode(one["leaf"]) for one in seen] == [leaf_hash(each) for each in raw]
    assert [one["index"] for one in seen] == list(range(len(raw)))
    assert [one["kind"] for one in seen] == [reread_entry(each).kind for each in raw]


async def test_entries_can_be_narrowed_to_kinds_and_begin_anywhere(served, auditor):
    path = f"/log/entries?kind={Kind.SYSTEM_CHANGED}&kind={Kind.TOKEN_ISSUED}"
    kinds = [one["kind"] for one in (await auditor.get(path)).json()["items"]]
    assert kinds == ["system.changed", "token.issued"]
    last = served.node.tree.size - 1
    assert [
        one["index"] for one in (await auditor.get(f"/log/entries?first={last}")).json()["items"]
    ] == [last]


async def test_entries_as_csv_are_one_a_line(served, auditor):
    rows = list(csv.DictReader(io.StringIO((await auditor.get("/log/entries.csv")).text)))
    assert len(rows) == served.node.tree.size


async def test_entries_hold_nothing_of_a_document(served, auditor):
    writer = await served.client("writer")
    alert = document("alert-full", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference="AZ-SECRET-REF")
    assert (await writer.submit(alert)).status_code == 202
    assert "AZ-SECRET-REF" not in (await auditor.get("/log/entries?limit=500")).text


@pytest.mark.parametrize("path", ["/log/checkpoint", "/log/entries", "/log/entries.csv", "/log/proof/0"])
@pytest.mark.parametrize("role", [Role.SYSTEM, Role.PUBLISHER, Role.RECEIVER, Role.ANALYST])
async def test_log_is_for_auditors_and_operators(served, path, role):
    client = await served.client(role=role)
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


async def test_log_needs_its_scope_also_of_an_operator(served):
    system = await served.add_system(role=Role.OPERATOR)
    client = Client(served, await served.token_of(system, Scope.NETWORK_READ))
    assert (await client.get("/log/entries")).status_code == 403
