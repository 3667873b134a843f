"""The messages of the AMQP door, as the published AsyncAPI document describes them.

Responsible for their payloads, and for the AMQP properties that each has. Must not know where they are
sent (`asyncapi`). Documents are named by their JSON Schemas, events by the kinds that are told.

Source: AsyncAPI 3.0.0; AMQP bindings 0.3.0; CloudEvents 1.0.2 in JSON.
"""

from typing import Any, Final

from node.broker.national_delivery import ANSWER_TYPE, DOCUMENT, DOCUMENT_TYPE, EVENT_TYPE
from node.broker.national_message import ACCEPTED, DIRECT, KEY, REFUSED
from node.limits import MAX_DOCUMENT_BYTES
from node.message.document import DOCUMENT_TYPES
from node.national.event import FEED_KINDS, TYPE_PREFIX

BINDING: Final = {"bindingVersion": "0.3.0"}

_Json = dict[str, Any]
_TEXT: Final = {"type": "string"}
# The schemas say 2020-12, but use only words that mean the same in this draft, which every tool knows.
_SCHEMA_FORMAT: Final = "application/schema+json;version=draft-07"


def document_messages() -> _Json:
    """Give a message for each type of document, its payload as published beside this file."""
    return {
        f"{name}.v{edition}": {
            "name": f"{name}/{edition}",
            "title": model.__name__,
            "traits": [{"$ref": "#/components/messageTraits/submission"}],
            "payload": {
                "schemaFormat": _SCHEMA_FORMAT,
                "schema": {"$ref": f"./{name}.v{edition}.schema.json"},
            },
        }
        for (name, edition), model in (
            (type_.split("/"), model) for type_, model in DOCUMENT_TYPES.items()
        )
    }


def submission_trait() -> _Json:
    """Give what all submissions have in common."""
    return {
        "contentType": "application/json",
        "correlationId": {
            "location": "$message.header#/correlation_id",
            "description": "The property correlation_id, which comes back; without it, message_id.",
        },
        "bindings": {"amqp": dict(BINDING)},
        "x-amqp-properties": {
            "message_id": {
                "type": "string",
                "pattern": f"^{KEY}$",
                "description": "Required: the key. The same key and body give the first answer again.",
            },
            "user_id": {
                "type": "string",
                "description": "Required: the account you are connected with; the broker checks it.",
            },
            "reply_to": {
                "const": DIRECT.removesuffix("."),
                "description": "Only to be answered on this channel; else leave it out.",
            },
            "content_encoding": {"const": "utf-8", "description": "May be left out; no compression."},
        },
        "x-max-bytes": MAX_DOCUMENT_BYTES,
    }


def answer_messages() -> _Json:
    """Give the two answers: known by the submission's key and correlation."""
    return {
        "accepted": _answer(ACCEPTED, "The document is sealed and durable"),
        "refused": _answer(REFUSED, "The document is refused"),
    }


def _answer(kind: str, title: str) -> _Json:
    return {
        "name": kind,
        "title": title,
        "contentType": ANSWER_TYPE,
        "correlationId": {
            "location": "$message.header#/correlation_id",
            "description": "The property correlation_id: that of the submission, or its key.",
        },
        "payload": {"$ref": f"#/components/schemas/{kind.rpartition('.')[2]}"},
        "bindings": {"amqp": {"messageType": kind, **BINDING}},
        "x-amqp-properties": {
            "message_id": {**_TEXT, "description": "The key of the submission."},
            "type": {"const": kind},
        },
    }


def event_message() -> _Json:
    """Give the message of every event."""
    return {
        "name": "event",
        "title": "What the node's log says of a message that the system may see",
        "contentType": EVENT_TYPE,
        "payload": {"$ref": "#/components/schemas/event"},
        "bindings": {"amqp": dict(BINDING)},
        "x-amqp-properties": {
            "message_id": {**_TEXT, "description": "The event's id, by which to know a repetition."},
            "type": {**_TEXT, "description": "The event's type, as in the body."},
        },
    }


def received_message() -> _Json:
    """Give the message of a document that came for us, of whatever type."""
    files = [{"$ref": f"./{type_.replace('/', '.v')}.schema.json"} for type_ in DOCUMENT_TYPES]
    return {
        "name": DOCUMENT,
        "title": "A document that a peer sent, byte for byte",
        "description": "Follows the event sarbon.message.received, if the system may read content.",
        "contentType": DOCUMENT_TYPE,
        "correlationId": {
            "location": "$message.header#/correlation_id",
            "description": "The property correlation_id: the id of the event.",
        },
        "payload": {"schemaFormat": _SCHEMA_FORMAT, "schema": {"oneOf": files}},
        "bindings": {"amqp": {"messageType": DOCUMENT, **BINDING}},
        "x-amqp-properties": {
            "message_id": {**_TEXT, "description": "By which to know a repetition."},
            "type": {"const": DOCUMENT},
        },
    }


def payloads() -> _Json:
    """Give the schemas of answers and events; those of documents are files of their own."""
    return {"accepted": _accepted(), "refused": _refused(), "event": _event()}


def _accepted() -> _Json:
    return _object(
        {
            "status": {"const": "accepted"},
            "id": {**_TEXT, "description": "Message id: under it everything that follows is told."},
            "new": {
                "type": "boolean",
                "description": "False if the same document had been submitted before.",
            },
        }
    )


def _refused() -> _Json:
    error = _object(
        {
            "code": {**_TEXT, "description": "Stable, dotted; what to decide by."},
            "message": {**_TEXT, "description": "The fact, for people."},
            "hint": {**_TEXT, "description": "What to do next, or empty."},
            "pointer": {**_TEXT, "description": "JSON Pointer to the member at fault, or empty."},
        }
    )
    return _object({"status": {"const": "refused"}, "error": error})


def _event() -> _Json:
    message = _object(
        {
            "id": {**_TEXT, "description": "Message id."},
            "originator": {**_TEXT, "description": "The authority that sent it."},
            "type": {**_TEXT, "enum": list(DOCUMENT_TYPES), "description": "Of the document."},
            "reference": {**_TEXT, "description": "Of the document."},
            "version": {"type": "integer", "minimum": 1, "description": "Of the document."},
            "direction": {**_TEXT, "enum": ["sent", "received"], "description": "As we see it."},
        }
    )
    data = {
        "type": "object",
        "required": ["message"],
        "properties": {"message": message},
        "description": "The message, and the members of the entry; schemas/README.md §1 lists them.",
    }
    return _object(
        {
            "specversion": {"const": "1.0"},
            "id": {**_TEXT, "description": "The log's origin and the index in it: unique for ever."},
            "source": {**_TEXT, "pattern": "^urn:sarbon:", "description": "The authority of the log."},
            "type": {**_TEXT, "enum": [TYPE_PREFIX + kind for kind in FEED_KINDS]},
            "time": {**_TEXT, "format": "date-time", "description": "Of the entry."},
            "subject": {**_TEXT, "description": "Originator and id of the message."},
            "datacontenttype": {"const": "application/json"},
            "sequence": {**_TEXT, "pattern": "^[0-9]{16}$", "description": "The index: the order."},
            "data": data,
        },
        is_open=True,
    )


def _object(members: _Json, *, is_open: bool = False) -> _Json:
    """Describe an object of which every member is there; an open one may get further members."""
    return {
        "type": "object",
        "additionalProperties": is_open,
        "required": list(members),
        "properties": members,
    }
