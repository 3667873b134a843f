"""Proof given out, checks shown as lines, and evidence files of anybody judged."""

import json

import pytest

from node.audit.event import Kind, read_entry, reread_entry
from node.audit.evidence import read_evidence
from node.audit.proof import read_proof
from node.national.scopes import Scope
from node.store.record import Records
from node.trust.judgement import judge_evidence
from tests.daemon.pair import Carried, settle, suspend
from tests.spoken import document, written
from tests.web.served import Client

ALERT = "alert-minimum"


async def sent(exchange, *to, settled=True):
    """Let AZ-SCC send AZ-1; gives the document."""
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    value["recipients"] = list(to or ("UZ-CC",))
    await exchange.own.submit(written(value))
    if settled:
        await exchange.settle()
    return written(value)


async def verification(client, name):
    answer = await client.get(f"/messages/{name}/verification")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def verify(client, body):
    headers = {"Content-Type": "application/json"}
    return await client.post("/verify", content=body, headers=headers)


def verdicts(found, subject):
    return {line["name"]: line["verdict"] for line in found["checks"] if line["subject"] == subject}


def accesses(served):
    found = [reread_entry(raw) for _, raw in Records(served.node.database).entries()]
    return [entry.members["re"] for entry in found if entry.kind is Kind.DOCUMENT_ACCESSED]


# --- proof -----------------------------------------------------------------------------------------


async def test_proof_of_a_sent_message_is_of_its_entry_in_our_log(served, exchange):
    client = await served.client()
    await sent(exchange)
    answer = await client.get("/messages/AZ-1/proof")
    proof = read_proof(answer.text)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert read_entry(proof.extra).kind is Kind.MESSAGE_SEALED
    proof.verify(proof.extra, served.node.directory.log(served.node.settings.origin)[1])


async def test_proof_of_a_received_message_is_of_our_receipt_or_of_its_manifest(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    ours = read_proof((await client.get("/messages/UZ-1/proof")).text)
    theirs = read_proof((await client.get("/messages/UZ-1/proof?manifest=true")).text)
    for proof, kind, owner in (
        (ours, Kind.MESSAGE_RECEIVED, "AZ-SCC"),
        (theirs, Kind.MESSAGE_SEALED, "UZ-CC"),
    ):
        entry = read_entry(proof.extra)
        whose, log = served.node.directory.log(entry.log)
        assert (entry.kind, whose) == (kind, owner)
        proof.verify(proof.extra, log)


@pytest.mark.parametrize("part", ["proof", "evidence"])
async def test_proof_before_any_head_is_signed_says_so(served, exchange, part):
    client = await served.client()
    await sent(exchange, settled=False)
    answer = await client.get(f"/messages/AZ-1/{part}")
    assert (answer.status_code, answer.json()["code"]) == (409, "message.unsigned")


# --- evidence --------------------------------------------------------------------------------------


async def test_evidence_proves_the_message_without_showing_it(served, exchange):
    client = await served.client()
    await sent(exchange)
    answer = await client.get("/messages/AZ-1/evidence")
    verdict = judge_evidence(answer.content, fingerprint=served.node.directory.fingerprint)
    assert verdict.finding.document is None
    assert [entry.members["status"] for entry in verdict.finding.receipts] == ["accepted"]
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert accesses(served) == []


async def test_evidence_disclosed_holds_the_document_and_is_recorded(served, exchange):
    client = await served.client()
    raw = await sent(exchange)
    answer = await client.get("/messages/AZ-1/evidence", params={"disclose": "true"})
    verdict = judge_evidence(answer.content, fingerprint=served.node.directory.fingerprint)
    assert verdict.finding.document == raw
    assert accesses(served) == [verdict.finding.manifest.members["id"]]
    tag = {"If-None-Match": answer.headers["etag"]}
    again = await client.get("/messages/AZ-1/evidence", params={"disclose": "true"}, headers=tag)
    assert (again.status_code, len(accesses(served))) == (304, 1)


async def test_evidence_disclosed_needs_the_scope_for_content_too(served, exchange):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.EVIDENCE_READ))
    await sent(exchange)
    answer = await client.get("/messages/AZ-1/evidence", params={"disclose": "true"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
    assert (await client.get("/messages/AZ-1/evidence")).status_code == 200


# --- verification ----------------------------------------------------------------------------------


async def test_verification_of_a_sent_message_shows_every_check(served, exchange):
    client = await served.client()
    await sent(exchange, "TM-SCS", "UZ-CC")
    found = await verification(client, "AZ-1")
    assert (found["status"], found["reason"]) == ("Verified", "")
    assert (found["originator"], found["recipients"]) == ("AZ-SCC", ["TM-SCS", "UZ-CC"])
    assert {line["verdict"] for line in found["checks"]} == {"holds"}
    assert {line["subject"] for line in found["checks"]} == {
        "message",
        "receipt TM-SCS",
        "receipt UZ-CC",
        "document",
    }
    assert all(line["expected"] and line["found"] and line["source"] for line in found["checks"])


async def test_verification_shows_nothing_of_the_document_and_records_nothing(served, exchange):
    client = await served.client()
    await sent(exchange)
    answer = await client.get("/messages/AZ-1/verification")
    assert "CSQU3054383" not in answer.text
    assert accesses(served) == []


async def test_verification_of_a_received_message_is_verified(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    found = await verification(client, "UZ-1")
    assert (found["status"], found["originator"]) == ("Verified", "UZ-CC")
    assert verdicts(found, "receipt AZ-SCC")["answer"] == "holds"


async def test_verification_of_a_refused_message_is_of_the_refusal(served, exchange):
    client = await served.client()
    agreements, served.node.agreements = served.node.agreements, {}
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    served.node.agreements = agreements
    await exchange.say("UZ-CC", ALERT, reference="UZ-2")  # with it the signed head is written
    found = await verification(client, done.id)
    (answer,) = [line for line in found["checks"] if line["name"] == "answer"]
    assert (found["status"], answer["found"]) == ("Verified", "refused agreement.unknown")
    assert verdicts(found, "document") == {}


async def test_verification_before_a_head_is_signed_is_pending(served, exchange):
    client = await served.client()
    await sent(exchange, settled=False)
    found = await verification(client, "AZ-1")
    assert (found["status"], found["id"]) == ("Pending", None)
    assert found["reason"] == "message, head: none yet"


async def test_verification_of_a_message_received_before_a_head_is_signed_is_pending(served, exchange):
    client = await served.client()
    uz = exchange.peers["UZ-CC"]
    value = document(ALERT, "UZ-CC", "AZ-SCC", now=exchange.now, reference="UZ-1")
    await uz.submit(written(value))
    parcel = await uz.pack("AZ-SCC")
    await exchange.own.receive(Carried("UZ-CC", "urgent", parcel.body))
    found = await verification(client, "UZ-1")
    assert found["status"] == "Pending"
    assert verdicts(found, "receipt AZ-SCC") == {"answer": "waits"}
    assert verdicts(found, "message")["inclusion"] == "holds"


async def test_verification_without_every_receipt_is_pending(served, exchange):
    client = await served.client()
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    value["recipients"] = ["TM-SCS", "UZ-CC"]
    await exchange.own.submit(written(value))
    await settle(exchange.own, exchange.peers["UZ-CC"])
    await exchange.own.node.committer.tidy()
    found = await verification(client, "AZ-1")
    assert (found["status"], found["reason"]) == ("Pending", "receipt TM-SCS, answer: none here")
    assert verdicts(found, "receipt UZ-CC")["answer"] == "holds"


async def test_verification_after_a_suspension_says_that_the_key_is_revoked(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    suspend(exchange.own, "UZ-CC")
    found = await verification(client, "UZ-1")
    assert found["status"] == "Verified, key since revoked"
    assert found["reason"] == "message, keys: UZ-CC has been suspended"
    assert found["id"] is not None


async def test_verification_of_a_document_changed_on_disk_is_not_verified(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    with served.node.database.writing() as connection:
        connection.exec_driver_sql("UPDATE received SET document = x'7b7d'")
    found = await verification(client, "UZ-1")
    assert (found["status"], found["id"]) == ("Not verified", None)
    assert found["reason"].startswith("document, commitment: ")
    assert verdicts(found, "message")["ML-DSA-44 signature"] == "holds"


async def test_verification_of_a_row_that_cannot_be_read_is_not_verified(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    with served.node.database.writing() as connection:
        connection.exec_driver_sql("UPDATE received SET document = 'text', manifest = x'00'")
    found = await verification(client, "UZ-1")
    assert found["status"] == "Not verified"
    assert found["reason"] == "message, storage: what is kept of it is not readable"


# --- a file ----------------------------------------------------------------------------------------


async def test_verify_file_gives_the_same_lines_as_the_message_itself(served, exchange):
    client = await served.client()
    await sent(exchange)
    raw = (await client.get("/messages/AZ-1/evidence", params={"disclose": "true"})).content
    answer = await verify(client, raw)
    found = answer.json()
    of_the_file = [line for line in found["checks"] if line["subject"] != "directory"]
    assert (answer.status_code, found["status"]) == (200, "Verified")
    assert of_the_file == (await verification(client, "AZ-1"))["checks"]
    assert "CSQU3054383" not in answer.text


async def test_verify_file_of_a_message_that_is_not_seen_needs_no_entitlement(served, exchange):
    """Whoever holds a file may ask whether it is true; nothing is told but what is in it."""
    everything = await served.client()
    baku = await served.client("baku", units=["PCU-BAKU"])
    await sent(exchange)
    raw = (await everything.get("/messages/AZ-1/evidence")).content
    assert (await verify(baku, raw)).json()["status"] == "Verified"


async def test_verify_file_changed_says_which_check_fails(served, exchange):
    client = await served.client()
    await sent(exchange)
    raw = (await client.get("/messages/AZ-1/evidence", params={"disclose": "true"})).content
    value = json.loads(raw)
    first = "A" if value["disclosed"]["salt"][0] != "A" else "B"
    value["disclosed"]["salt"] = first + value["disclosed"]["salt"][1:]
    changed = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    found = (await verify(client, changed + b"\n")).json()
    assert (found["status"], verdicts(found, "document")) == (
        "Not verified",
        {"commitment": "fails"},
    )
    assert verdicts(found, "message")["inclusion"] == "holds"


async def test_verify_file_cut_anywhere_is_never_verified(served, exchange):
    client = await served.client()
    await sent(exchange)
    raw = (await client.get("/messages/AZ-1/evidence")).content
    assert read_evidence(raw).disclosed is None
    for end in range(0, len(raw), len(raw) // 8):
        answer = await verify(client, raw[:end] + b"\n")
        assert (answer.status_code, answer.json()["code"]) == (422, "proof.invalid")


HOSTILE = {
    "nothing": b"",
    "no JSON": b"\xff\xfe\n",
    "another JSON": b"[1,2]\n",
    "deep": b"[" * 100_000 + b"\n",
    "not canonical": b'{"v": 1}\n',
    "a number beyond": b'{"v":1' + b"0" * 5000 + b"}\n",
    "other members": b'{"directory":"","message":"","receipts":[],"v":1,"x":1}\n',
    "other shapes": b'{"directory":1,"message":[],"receipts":{},"v":1}\n',
    "no proofs": b'{"directory":"","message":"","receipts":[],"v":1}\n',
    "lone surrogate": b'{"directory":"\\ud800","message":"","receipts":[],"v":1}\n',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
async def test_verify_file_that_is_no_evidence_is_refused(served, body):
    client = await served.client()
    answer = await verify(client, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "proof.invalid")
    assert answer.headers["content-type"] == "application/problem+json"


DIRECTORIES = {
    "no JSON": "x",
    "no entries": '{"checkpoint":"","entries":[],"v":1}',
    "other shapes": '{"checkpoint":[],"entries":{},"v":1}',
    "strange entries": '{"checkpoint":"a\\n1\\n\\n\\n","entries":["x"],"v":1}',
    "deep": '{"checkpoint":"","entries":' + "[" * 3000 + "]" * 3000 + ',"v":1}',
}


@pytest.mark.parametrize("directory", DIRECTORIES.values(), ids=DIRECTORIES)
async def test_verify_file_with_a_strange_directory_is_not_verified(served, exchange, directory):
    client = await served.client()
    await sent(exchange)
    value = json.loads((await client.get("/messages/AZ-1/evidence")).content)
    value["directory"] = directory
    raw = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    found = (await verify(client, raw + b"\n")).json()
    assert (found["status"], verdicts(found, "directory")) == (
        "Not verified",
        {"cosignatures": "fails"},
    )


async def test_verify_file_too_large_is_refused(served):
    client = await served.client()
    answer = await verify(client, b" " * 4_194_305)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.oversize")


async def test_verify_file_without_the_scope_is_refused(served):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.DOCUMENTS_READ))
    answer = await verify(client, b"{}")
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
