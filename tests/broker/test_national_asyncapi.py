import json
import re
from pathlib import Path

import jsonschema
import pytest
from aio_pika import ExchangeType, Message

from node.broker.asyncapi import asyncapi_document
from node.broker.connection import open_channel
from node.broker.national_topology import system_of, topology_of
from tests.broker.conftest import VHOST

ROOT = Path(__file__).parents[2]
META = ROOT / "tests" / "vectors" / "external" / "asyncapi-3.0.0.schema.json"
DOCUMENT = json.loads(asyncapi_document(VHOST))


def resolve(reference):
    """Follow a reference inside the document; raises if it leads nowhere."""
    found = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def for_system(value, system="risk"):
    """Put a system's id where the document leaves it open."""
    return json.loads(json.dumps(value).replace("{system}", system))


def binding_of(channel, system="risk"):
    return for_system(DOCUMENT["channels"][channel]["bindings"]["amqp"], system)


def test_document_is_what_is_published():
    assert (ROOT / "schemas" / "asyncapi.json").read_bytes() == asyncapi_document()


def test_document_is_valid_by_the_schema_of_asyncapi():
    meta = json.loads(META.read_text())

    jsonschema.Draft7Validator(meta).validate(DOCUMENT)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("info"),
        lambda document: document["operations"]["submit"].update(action="publish"),
        lambda document: document["channels"]["deliver"]["bindings"]["amqp"].update(exchange={}),
        lambda document: document["operations"]["submit"]["bindings"]["amqp"].update(deliveryMode=3),
    ],
    ids=["no info", "an action of version 2", "queue and exchange", "a mode there is not"],
)
def test_document_that_is_spoilt_is_not_valid_by_the_schema_of_asyncapi(spoil):
    document = json.loads(asyncapi_document())
    spoil(document)

    assert not jsonschema.Draft7Validator(json.loads(META.read_text())).is_valid(document)


def test_document_refers_only_to_what_is_there():
    found = set(references(DOCUMENT))

    assert len(found) > 40
    for reference in found:
        if reference.startswith("./"):
            assert (ROOT / "schemas" / reference).is_file()
        else:
            assert resolve(reference)


def test_document_has_every_message_in_an_operation():
    used = {
        reference.rpartition("/")[2]
        for operation in DOCUMENT["operations"].values()
        for part in (operation, operation.get("reply", {}))
        for reference in references(part.get("messages", []))
    }

    assert used == DOCUMENT["components"]["messages"].keys()


def test_document_names_the_exchange_and_the_queues_that_are_declared():
    plan = topology_of(["risk"])
    submit, deliver = binding_of("submit"), binding_of("deliver")

    assert submit["exchange"]["name"] in {exchange.name for exchange in plan.exchanges}
    shown = {
        submit["x-queue"]["name"]: submit["x-queue"]["arguments"],
        deliver["queue"]["name"]: deliver["x-arguments"],
    }
    declared = {queue.name: queue.arguments for queue in plan.queues if queue.name != "dead"}
    assert shown == declared


def test_document_names_the_account_that_the_door_knows_a_system_by():
    binding = for_system(DOCUMENT["operations"]["submit"]["bindings"]["amqp"])

    assert system_of(binding["userId"], VHOST) == "risk"


def test_document_says_what_a_key_is_as_the_door_does():
    properties = DOCUMENT["components"]["messageTraits"]["submission"]["x-amqp-properties"]

    assert re.search(properties["message_id"]["pattern"], "k-1")
    assert not re.search(properties["message_id"]["pattern"], "k 1")


@pytest.mark.broker
async def test_document_and_running_broker_agree_on_exchange_and_queues(national):
    submit, deliver = binding_of("submit"), binding_of("deliver")
    exchange = submit["exchange"]
    async with open_channel(national.node(), name="test") as channel:
        await channel.declare_exchange(exchange["name"], passive=True)
        await channel.declare_queue(deliver["queue"]["name"], passive=True)
        # Passively only names are compared; declared again, all that is said of them.
        await channel.declare_exchange(
            exchange["name"],
            ExchangeType(exchange["type"]),
            durable=exchange["durable"],
            auto_delete=exchange["autoDelete"],
        )
        for name, arguments in (
            (submit["x-queue"]["name"], submit["x-queue"]["arguments"]),
            (deliver["queue"]["name"], deliver["x-arguments"]),
        ):
            await channel.declare_queue(
                name,
                durable=deliver["queue"]["durable"],
                exclusive=deliver["queue"]["exclusive"],
                auto_delete=deliver["queue"]["autoDelete"],
                arguments=arguments,
            )


@pytest.mark.broker
async def test_document_and_running_broker_agree_on_the_binding(national):
    submit = binding_of("submit", "declarations")
    key = for_system(DOCUMENT["channels"]["submit"]["address"], "declarations")
    operation = for_system(DOCUMENT["operations"]["submit"]["bindings"]["amqp"], "declarations")
    message = Message(
        b"{}",
        user_id=operation["userId"],
        delivery_mode=operation["deliveryMode"],
        message_id="k-of-the-document",
    )
    async with open_channel(national.system("declarations"), name="test") as channel:
        exchange = await channel.get_exchange(submit["exchange"]["name"], ensure=False)
        await exchange.publish(message, key, mandatory=operation["mandatory"])
    async with open_channel(national.node(), name="test") as channel:
        queue = await channel.get_queue(submit["x-queue"]["name"], ensure=False)
        arrived = await queue.get(timeout=10)
        await arrived.ack()

    assert arrived.message_id == "k-of-the-document"
    assert arrived.user_id == operation["userId"]
