"""The AMQP and the folder door with real processes and a real RabbitMQ."""

import json

import httpx2
import pytest

from node.audit.event import Kind, read_entry
from node.demo.national import api_url
from node.store.database import Database
from node.store.record import Records
from tests.daemon.pair import documents
from tests.integration.systems import amqp, drop, given_out, keyed, result, running
from tests.integration.test_kill import wait_for

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

SENDER, RECEIVER = "AZ-SCC", "UZ-CC"
COUNT = 100


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Two authorities that run, with the doors of their national systems."""
    with running(tmp_path_factory.mktemp("doors") / "s", SENDER, RECEIVER) as stage:
        yield stage


def notices(stage, first, count):
    return documents(stage, SENDER, first + count, recipients=[RECEIVER])[first:]


async def test_amqp_hundred_documents_published_are_answered_and_arrive_byte_for_byte(stage):
    found = notices(stage, 0, COUNT)
    async with (
        amqp(stage, SENDER, "declarations") as sender,
        amqp(stage, RECEIVER, "declarations") as receiver,
    ):
        await sender.submit(keyed(found))
        await sender.read_until(lambda: len(sender.told("message.receipted")) == COUNT)
        await receiver.read_until(lambda: len(receiver.documents) == COUNT)

    answers = [answer for answers in sender.answers.values() for answer in answers]
    assert {answer["status"] for answer in answers} == {"accepted"}
    assert {answer["id"] for answer in answers} == sender.told("message.receipted")
    assert sorted(receiver.documents.values()) == sorted(found)
    sequence = [event["sequence"] for event in receiver.events]
    assert sequence == sorted(set(sequence))
    assert doors_of_access(stage, "declarations") == {"amqp"}


def test_folder_hundred_documents_dropped_have_a_result_and_arrive_byte_for_byte(stage):
    found = notices(stage, COUNT, COUNT)
    drop(stage, SENDER, "notices.jsonl", found)
    wait_for(lambda: result(stage, SENDER, "notices.jsonl") is not None)
    told = result(stage, SENDER, "notices.jsonl")
    ids = {one["id"] for one in told["documents"]}
    wait_for(lambda: ids <= {one["data"]["re"] for one in receipts(stage)})
    wait_for(lambda: {*found} <= {path.read_bytes() for path in given_out(stage, RECEIVER)})

    assert (told["status"], told["accepted"], told["refused"]) == ("done", COUNT, 0)
    assert {one["type"] for one in receipts(stage)} == {"sarbon.message.receipted"}
    assert doors_of_access(stage, "terminal") == {"folder"}


def doors_of_access(stage, system):
    """Give the doors by which the receiver's system was given content, by its node's own log."""
    records = Records(Database.open(stage.home(RECEIVER) / "data" / "node.db"))
    entries = [read_entry(raw) for _, raw in records.entries()]
    accessed = [one.members for one in entries if one.kind is Kind.DOCUMENT_ACCESSED]
    return {one["door"] for one in accessed if one["by"] == system}


def receipts(stage):
    return [json.loads(path.read_bytes()) for path in given_out(stage, SENDER)]


def faulty(stage) -> dict[str, bytes]:
    """Give documents that are refused, each for another reason."""
    raw = notices(stage, 2 * COUNT, 1)[0]
    value = json.loads(raw)
    changed = {
        "other-originator": {"originator": {**value["originator"], "authority": "UZ-CC"}},
        "other-type": {"type": "nothing/1"},
        "no-such-recipient": {"recipients": ["KZ-SRC"]},
        "no-such-code": {"function": "99"},
        "no-version": {"version": 0},
        "expired": {"valid_until": value["issued_at"]},
    }
    return {
        "torn": raw[:-1],
        **{name: json.dumps({**value, **members}).encode() for name, members in changed.items()},
    }


def manage(stage, act: str, system: str, **members) -> dict:
    """Do what the node's owner does with 'sarbon systems' and 'sarbon tokens'."""
    answer = stage.ask(SENDER, {"do": "access", "act": act, "id": system, **members})
    assert "error" not in answer
    return answer


async def refused_by_rest(stage, system: str, found: dict[str, bytes]) -> dict[str, tuple]:
    token = manage(stage, "issue", system, scopes=[], days=1)["text"]
    reasons = {}
    async with httpx2.AsyncClient(base_url=api_url(stage.settings(SENDER))) as client:
        for key, document in found.items():
            headers = {
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            }
            problem = (await client.post("/documents", content=document, headers=headers)).json()
            reasons[key] = tuple(problem[name] for name in ("code", "detail", "hint", "pointer"))
    return reasons


def reason(error: dict) -> tuple:
    return tuple(error[name] for name in ("code", "message", "hint", "pointer"))


async def refused_by_amqp(stage, system: str, found: dict[str, bytes]) -> dict[str, tuple]:
    async with amqp(stage, SENDER, system) as speaking:
        await speaking.submit(found)
        await speaking.read_until(lambda: speaking.answers.keys() == found.keys())
    return {key: reason(answers[0]["error"]) for key, answers in speaking.answers.items()}


def refused_by_folder(stage, found: dict[str, bytes]) -> dict[str, tuple]:
    reasons = {}
    for key, document in found.items():
        drop(stage, SENDER, f"{key}.json", [document])
    for key in found:
        wait_for(lambda name=f"{key}.json": result(stage, SENDER, name) is not None, seconds=60)
        (only,) = result(stage, SENDER, f"{key}.json")["documents"]
        reasons[key] = reason(only["error"])
    return reasons


async def test_every_door_refuses_a_document_with_the_same_words(stage):
    found = faulty(stage)
    by_rest = await refused_by_rest(stage, "declarations", found)

    assert len({code for code, *_ in by_rest.values()}) >= 3
    assert await refused_by_amqp(stage, "declarations", found) == by_rest
    assert refused_by_folder(stage, found) == by_rest


async def test_every_door_refuses_a_system_without_the_scope_with_the_same_words(stage):
    found = {"unscoped": notices(stage, 2 * COUNT + 1, 1)[0]}
    for system in ("declarations", "terminal"):
        manage(stage, "change", system, changes={"role": "receiver"})

    by_amqp = await refused_by_amqp(stage, "declarations", found)
    assert by_amqp == await refused_by_rest(stage, "declarations", found)
    assert by_amqp["unscoped"][0] == "access.scope"
    assert refused_by_folder(stage, found)["unscoped"][0] == "access.scope"
    for system in ("declarations", "terminal"):
        manage(stage, "change", system, changes={"role": "system"})


async def test_disabled_system_is_refused_at_once_and_let_in_again_when_enabled(stage):
    found = {"disabled": notices(stage, 2 * COUNT + 2, 1)[0]}
    for system in ("declarations", "terminal"):
        manage(stage, "disable", system)

    assert (await refused_by_amqp(stage, "declarations", found))["disabled"][0] == "system.disabled"
    assert refused_by_folder(stage, found)["disabled"][0] == "system.disabled"
    for system in ("declarations", "terminal"):
        manage(stage, "enable", system)
    async with amqp(stage, SENDER, "declarations") as again:
        await again.submit(found)
        await again.read_until(lambda: again.answers.keys() == found.keys())
    assert again.answers["disabled"][0]["status"] == "accepted"
