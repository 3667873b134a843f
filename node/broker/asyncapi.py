"""The published AsyncAPI 3 document of the AMQP door, generated and never edited by hand.

Responsible for the bytes of `schemas/asyncapi.json`: channels and queues come from `topology_of`, so
that what is published is what is declared; what is in the messages is `national_schemas`'. It is written
from a system's side, which sends submissions and receives the rest.

Source: AsyncAPI 3.0.0; AMQP bindings 0.3.0. What these have no word for begins with `x-`.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from aio_pika import DeliveryMode

from node.broker.national_schemas import (
    BINDING,
    answer_messages,
    document_messages,
    event_message,
    payloads,
    received_message,
    submission_trait,
)
from node.broker.national_topology import SYSTEM_ID, VHOST, Queue, system_user, topology_of
from node.broker.topology import DEAD

_VERSION: Final = "1.0.0"  # of what is published here
_SYSTEM: Final = "{system}"  # stands for a system's id in names, as AsyncAPI writes parameters

_Json = dict[str, Any]


def asyncapi_document(vhost: str = VHOST) -> bytes:
    """Write the document: JSON, which is YAML too; the same bytes every time.

    Args:
        vhost: the virtual host of the national side, as the authority named it.
    """
    document = {
        "asyncapi": "3.0.0",
        "id": "urn:sarbon:national:amqp",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"broker": _server(vhost)},
        "channels": _channels(vhost),
        "operations": _operations(vhost),
        "components": {
            "messages": {
                **document_messages(),
                **answer_messages(),
                "event": event_message(),
                "document": received_message(),
            },
            "messageTraits": {"submission": submission_trait()},
            "schemas": payloads(),
            "parameters": {"system": _parameter()},
            "securitySchemes": _security(),
        },
    }
    return (json.dumps(document, indent=2) + "\n").encode("ascii")


def _info() -> _Json:
    return {
        "title": "Sarbon for national systems, over AMQP",
        "version": _VERSION,
        "description": "How a national system submits documents to its authority's node and receives "
        "answers and events, in AMQP 0-9-1 at the authority's RabbitMQ. docs/amqp.md explains it.",
        "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    }


def _server(vhost: str) -> _Json:
    return {
        "host": "{broker}",
        "pathname": f"/{vhost}",
        "protocol": "amqps",
        "protocolVersion": "0.9.1",
        "description": "The authority's RabbitMQ; the path is its virtual host for national systems.",
        "variables": {
            "broker": {"default": "broker.example:5671", "description": "As its operator names it."}
        },
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _security()],
    }


def _security() -> _Json:
    return {
        "password": {"type": "userPassword", "description": "The account of the system."},
        "certificate": {"type": "X509", "description": "Its common name is the account."},
    }


def _parameter() -> _Json:
    return {
        "description": f"The system's id at the node: {SYSTEM_ID}.",
        "examples": ["risk-engine"],
    }


def _channels(vhost: str) -> _Json:
    plan = topology_of([_SYSTEM])
    binding = next(one for one in plan.bindings if one.key == _SYSTEM)
    exchange = next(one for one in plan.exchanges if one.name == binding.exchange)
    queues = {one.name: one for one in plan.queues}
    waiting = queues.pop(binding.queue)
    delivered = next(one for name, one in queues.items() if name != DEAD)
    parameters = {"system": {"$ref": "#/components/parameters/system"}}
    return {
        "submit": {
            "address": binding.key,
            "title": "Submissions",
            "description": "Publish here with your own system's id as the routing key.",
            "parameters": parameters,
            "messages": _named(document_messages()),
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {
                        "name": exchange.name,
                        "type": exchange.kind.value,
                        "durable": True,
                        "autoDelete": False,
                        "vhost": vhost,
                    },
                    "x-queue": {"name": waiting.name, "arguments": dict(waiting.arguments)},
                    **BINDING,
                }
            },
        },
        "deliver": {
            "address": delivered.name,
            "title": "Answers, events and documents",
            "description": "Consume here; nobody else can.",
            "parameters": parameters,
            "messages": _named([*answer_messages(), "event", "document"]),
            "bindings": {"amqp": _queue_binding(delivered, vhost)},
        },
        "direct": {
            "address": None,
            "title": "Direct reply-to",
            "description": "The channel on which you consume from amq.rabbitmq.reply-to.",
            "messages": _named(answer_messages()),
        },
    }


def _queue_binding(queue: Queue, vhost: str) -> _Json:
    return {
        "is": "queue",
        "queue": {
            "name": queue.name,
            "durable": True,
            "exclusive": False,
            "autoDelete": False,
            "vhost": vhost,
        },
        "x-arguments": dict(queue.arguments),
        **BINDING,
    }


def _named(names: Iterable[str]) -> _Json:
    """Refer to messages by name, as a channel does."""
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _operations(vhost: str) -> _Json:
    submit = {
        "action": "send",
        "channel": {"$ref": "#/channels/submit"},
        "messages": _listed("submit", document_messages()),
        "bindings": {
            "amqp": {
                "userId": system_user(_SYSTEM, vhost),
                "deliveryMode": DeliveryMode.PERSISTENT.value,
                "mandatory": True,
                **BINDING,
            }
        },
    }
    return {
        "submit": {
            **submit,
            "title": "Submit a document",
            "description": "It is answered in your queue once it is sealed and durable, or refused.",
            "reply": {
                "channel": {"$ref": "#/channels/deliver"},
                "messages": _listed("deliver", answer_messages()),
            },
        },
        "submitDirectly": {
            **submit,
            "title": "Submit a document, to be answered on this very channel",
            "description": "As submit, with reply_to. If the channel is gone, so is the answer: submit "
            "again with the same key.",
            "reply": {
                "address": {
                    "location": "$message.header#/reply_to",
                    "description": "The property reply_to: amq.rabbitmq.reply-to, nothing else.",
                },
                "channel": {"$ref": "#/channels/direct"},
                "messages": _listed("direct", answer_messages()),
            },
        },
        "receive": {
            "action": "receive",
            "title": "Receive events and documents",
            "description": "What the node's log says of the messages this system may see; at least "
            "once, in the order of the sequence. Acknowledge each when it is safe with you.",
            "channel": {"$ref": "#/channels/deliver"},
            "messages": _listed("deliver", ["event", "document"]),
            "bindings": {"amqp": {"ack": True, **BINDING}},
        },
    }


def _listed(channel: str, names: Iterable[str]) -> list[_Json]:
    return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]
