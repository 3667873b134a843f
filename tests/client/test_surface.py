"""Every request of the client is one that the OpenAPI document has, with all that it can be asked."""

import ast
import inspect
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import node.client
from node.client import AsyncClient, Client
from node.client.call import Answer, Call, Waiting
from node.client.calls.events import event_stream
from node.client.models.access import NationalSystem
from node.client.models.base import read_model
from node.client.models.events import Webhook
from node.client.models.matches import MatchDetails, WatchListItem
from node.client.models.messages import MessageRecord
from node.client.surface import Listing, Method, Surface
from node.web.app import PREFIX, openapi_document
from tests.client.test_models import of_schema

OPENAPI = json.loads(openapi_document())
OPERATIONS = {
    operation["operationId"]: (method.upper(), path.removeprefix(PREFIX), operation)
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
    if path.startswith(PREFIX)
}
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SYSTEM = NationalSystem(
    id="risk-engine", title="", role="", units=(), types=(), offices=(), is_active=True, digest=""
)
WEBHOOK = Webhook(id="w", url="", kinds=(), state="active", reason=None, made_at="", changed_at="")
MATCH = MatchDetails.model_construct(id="m")
WATCHED = WatchListItem.model_construct(id="i")
SYSTEM_MEMBERS = {"title": "R", "role": "system", "units": ["*"], "types": ["*"], "offices": ["AZ1"]}
LISTS = {"limit": 2}
OF_MESSAGES = {
    **LISTS,
    "type": "alert",
    "priority": "urgent",
    "since": NOW,
    "until": "2026-11-25T08:00:00Z",
    "reference": "R",
    "unit": "U",
}
PERIOD = {"month": "2026-11", "start": "2026-11-01", "end": "2026-12-01"}
VIEW = {**PERIOD, "shared_with": "UZ-CC", "purpose": "p", "test": True}
FILE = {"to": ["UZ-CC", "TM-SCS"], "unit": "U", "purpose": "p", "legal_basis": "l", "prefix": "P"}
FILE |= {"valid_days": 3, "test": True, "zone": "UTC", "type": "alert", "office": "O", "arrival": "a"}
WHOSE = {"originator": "UZ-CC"}

ASKED = {  # each method with all that it can be given, and the operation that it is
    "submit": ("submit_document", [{"type": "alert/1"}], {"key": "k"}),
    "submit_many": ("submit_batch", [[{"type": "alert/1"}]], {"key": "k"}),
    "upload": ("upload_documents", [b"a;b"], {"media_type": "text/csv", "key": "k", **FILE}),
    "try_upload": ("upload_documents", [b"a;b"], {"media_type": "text/csv", **FILE}),
    "take_in": ("take_attachment_in", [b"x", "a.jpg"], {"kind": "photo", "description": "d"}),
    "inbox": ("list_inbox", [], {**OF_MESSAGES, "originator": "UZ-CC", "state": "accepted"}),
    "sent": ("list_sent", [], {**OF_MESSAGES, "recipient": "UZ-CC", "state": "receipted"}),
    "message": ("read_message", ["M"], WHOSE),
    "document": ("read_document_of_message", ["M"], {**WHOSE, "masked": True}),
    "timeline": ("read_timeline", ["M"], WHOSE),
    "attachments": ("list_attachments", ["M"], WHOSE),
    "attachment": ("read_attachment", ["M", 1], WHOSE),
    "proof": ("read_proof_of_message", ["M"], {**WHOSE, "manifest": True}),
    "evidence": ("read_evidence_of_message", ["M"], {**WHOSE, "disclose": True}),
    "verification": ("verify_message", ["M"], WHOSE),
    "verify": ("verify_evidence_file", [b"{}"], {}),
    "mark_read": ("mark_read", ["M"], {**WHOSE, "unit": "U", "etag": '"e"'}),
    "assign": ("assign_message", ["M", "U"], {**WHOSE, "etag": '"e"'}),
    "conversations": (
        "list_conversations",
        [],
        {**LISTS, "peer": "UZ-CC", "overdue": True, "state": "open", "open": True, "order": "fixed"},
    ),
    "conversation": ("read_conversation", ["AZ-SCC", "alert", "A/1"], {"peer": "UZ-CC"}),
    "case": ("read_case", ["R"], {}),
    "deadlines": ("list_deadlines", [], {**LISTS, "peer": "UZ-CC", "overdue": True}),
    "event_position": ("get_event_position", [], {}),
    "event_page": (
        "read_events",
        [],
        {"after": 3, "kinds": ["message.read"], "wait": 5.0, "limit": 2},
    ),
    "webhooks": ("list_webhooks", [], {}),
    "webhook": ("get_webhook", ["w"], {}),
    "make_webhook": ("make_webhook", ["https://a.example"], {"kinds": ["message.read"]}),
    "change_webhook": (
        "change_webhook",
        [WEBHOOK],
        {"url": "https://b.example", "kinds": [], "state": "paused"},
    ),
    "delete_webhook": ("delete_webhook", [WEBHOOK], {}),
    "rotate_webhook_secret": ("rotate_webhook_secret", [WEBHOOK], {}),
    "try_webhook": ("try_webhook", ["w"], {}),
    "webhook_progress": ("get_webhook_progress", ["w"], {}),
    "webhook_attempts": ("list_webhook_attempts", ["w"], LISTS),
    "replay_webhook": ("replay_webhook", ["w", 7], {}),
    "matches": (
        "list_matches",
        [],
        {
            **LISTS,
            **dict.fromkeys(("state", "grade", "alert", "notice", "watch"), "x"),
            "since": NOW,
            "until": NOW,
            "test": True,
            "current": False,
        },
    ),
    "match": ("read_match", ["m"], {}),
    "match_figures": ("count_matches", [], {"since": NOW, "until": NOW, "test": True}),
    "confirm_match": ("confirm_match", [MATCH, "U"], {"office": "O", "tell": False, "key": "k"}),
    "dismiss_match": ("dismiss_match", [MATCH, "other-cargo"], {}),
    "watch_list": ("list_watch_items", [], {**LISTS, "unit": "U", "active": True}),
    "watch_item": ("get_watch_item", ["i"], {}),
    "add_watch_item": ("add_watch_item", [{"id": "i"}], {}),
    "change_watch_item": ("change_watch_item", [WATCHED, {"id": "i"}], {}),
    "end_watch_item": ("end_watch_item", [WATCHED], {}),
    "import_watch_items": ("import_watch_items", [b"id"], {}),
    "peers": ("list_peers", [], LISTS),
    "peer": ("read_peer", ["UZ-CC"], {}),
    "agreements": ("list_agreements", [], LISTS),
    "agreement": ("read_agreement", ["az-uz-2026"], {}),
    "explain": (
        "explain_agreements",
        ["UZ-CC", "alert/1"],
        {"purpose": "p", "from_": "AZ-SCC", "size_bytes": 1, "lifetime_hours": 2},
    ),
    "code_lists": ("list_code_lists", [], LISTS),
    "codes": ("list_codes", ["hs"], {**LISTS, "words": "tin", "edition": "2022"}),
    "code": ("read_code", ["hs", "2710"], {"edition": "2022"}),
    "schemas": ("list_schemas", [], {}),
    "schema": ("read_schema", ["alert/1"], {}),
    "checkpoint": ("read_checkpoint", [], {}),
    "log_entries": ("list_entries", [], {**LISTS, "first": 0, "kinds": ["message.sealed"]}),
    "log_proof": ("prove_entry", [3], {}),
    "statistics": ("read_statistics", [], {**PERIOD, "peer": "UZ-CC", "by_month": True, "test": True}),
    "corridor": (
        "read_corridor",
        [],
        {
            **VIEW,
            "by": "route",
            **dict.fromkeys(("route", "leg", "origin", "destination", "office", "mode", "chapter"), "x"),
            "originator": "UZ-CC",
            "counterpart": "TM-SCS",
        },
    ),
    "corridor_nexus": ("read_corridor_nexus", [], {**VIEW, "authorities": 3}),
    "corridor_reported": ("read_corridor_reported", [], VIEW),
    "whoami": ("whoami", [], {}),
    "systems": ("list_systems", [], LISTS),
    "system": ("get_system", ["risk-engine"], {}),
    "add_system": ("add_system", ["risk-engine"], SYSTEM_MEMBERS),
    "change_system": ("change_system", [SYSTEM], SYSTEM_MEMBERS),
    "disable_system": ("disable_system", [SYSTEM], {}),
    "enable_system": ("enable_system", [SYSTEM], {}),
    "tokens": ("list_tokens", [], {**LISTS, "system": "risk-engine"}),
    "issue_token": ("issue_token", ["risk-engine"], {"scopes": ["events:read"], "days": 3}),
    "revoke_token": ("revoke_token", ["t"], {}),
    "jobs": ("list_jobs", [], {**LISTS, "state": "done"}),
    "job": ("get_job", ["j"], {}),
    "job_documents": ("list_job_documents", ["j"], LISTS),
    "wait_for_job": ("get_job", ["j"], {}),
    "cancel_job": ("cancel_job", ["j"], {}),
    "verify_log": ("verify_log", [], {}),
}
BYTES = {
    "submit",
    "verify",
    "evidence",
    "add_watch_item",
    "change_watch_item",
}  # the caller's own, or given as they are
ANSWERS = {"upload": "202", "try_upload": "200"}  # of an operation that answers in two ways
PATHS_ALONE = {"cursor", "dry_run"}  # the client adds these itself, where they are needed


def methods():
    return {name: one for name, one in vars(Surface).items() if isinstance(one, Method | Listing)}


def call_of(name) -> Call:
    """Give the first call of a method with all that it can be given."""
    _, args, kwargs = ASKED[name]
    described = methods()[name].describe(*args, **kwargs)
    return described if isinstance(described, Call) else next(described)


def resolved(schema):
    """Give the member schemas of a body's schema."""
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if "$ref" in one)
    if "$ref" in schema:
        schema = OPENAPI["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def test_every_method_is_in_the_table():
    assert methods().keys() == ASKED.keys()


def test_every_operation_of_the_api_can_be_asked():
    readable = {name for name in OPERATIONS if not name.endswith("_csv")}
    assert {operation for operation, *_ in ASKED.values()} == readable


def test_both_clients_have_every_method():
    for name in ASKED:
        for client in (Client, AsyncClient):
            assert getattr(client, name) is methods()[name]


@pytest.mark.parametrize("name", ASKED)
def test_call_goes_to_the_path_of_its_operation(name):
    method, path, _ = OPERATIONS[ASKED[name][0]]
    call = call_of(name)
    form = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
    assert call.method == method
    assert re.fullmatch(form, call.path), call.path


@pytest.mark.parametrize("name", ASKED)
def test_call_can_say_every_parameter_that_its_operation_takes(name):
    _, _, operation = OPERATIONS[ASKED[name][0]]
    taken = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    said = {parameter for parameter, _ in call_of(name).query}
    assert said - {"dry_run"} == taken - PATHS_ALONE


@pytest.mark.parametrize("name", ASKED)
def test_call_says_every_member_of_the_body_that_its_operation_takes(name):
    _, _, operation = OPERATIONS[ASKED[name][0]]
    call = call_of(name)
    content = operation.get("requestBody", {}).get("content", {})
    if call.body is None:
        assert not content
        return
    media = call.headers["Content-Type"]
    assert media in content
    members = resolved(content[media]["schema"]).get("properties", {})
    if members and name not in BYTES:
        assert json.loads(call.body).keys() == members.keys()


@pytest.mark.parametrize("name", ASKED)
def test_call_reads_what_its_operation_answers(name):
    _, _, operation = OPERATIONS[ASKED[name][0]]
    status = ANSWERS.get(name) or min(operation["responses"])
    content = operation["responses"][status].get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" not in schema or name in BYTES:
        return
    component = of_schema(schema)
    listed = re.fullmatch(r"Listed_(\w+)_", component)
    expected = f"Page[{listed[1]}]" if listed else component
    model = inspect.getclosurevars(call_of(name).read).nonlocals["model"]
    assert model.__name__ == expected


@pytest.mark.parametrize("name", ASKED)
def test_call_has_a_key_where_its_operation_asks_for_one(name):
    _, _, operation = OPERATIONS[ASKED[name][0]]
    asks = any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))
    assert ("Idempotency-Key" in call_of(name).headers) == (asks and name != "try_upload")


@pytest.mark.parametrize("name", ASKED)
def test_call_that_must_be_done_once_is_not_repeated_without_a_key(name):
    call = call_of(name)
    comes_to_the_same = {"try_upload", "take_in", "verify", "add_watch_item", "import_watch_items"}
    harmless = call.method == "GET" or name in comes_to_the_same
    assert call.repeatable == (harmless or "Idempotency-Key" in call.headers)


def test_keys_are_new_for_each_call():
    keys = {methods()["submit"].describe({}).headers["Idempotency-Key"] for _ in range(100)}
    assert len(keys) == 100


def test_stream_asks_for_the_events_that_a_poll_asks_for():
    call = event_stream(after=7, kinds=["message.read"])
    assert call.path == call_of("event_page").path
    assert call.query == (("kinds", "message.read"),)
    assert call.headers == {"Accept": "text/event-stream", "Last-Event-ID": "7"}


def test_action_on_a_record_names_its_etag_and_its_originator():
    value = dict.fromkeys(MessageRecord.model_fields)
    value |= {name: [] for name in ("recipients", "units", "offices", "journey")}
    value |= dict.fromkeys(("id", "originator", "direction", "type", "reference", "priority"), "UZ-CC")
    value |= dict.fromkeys(("sealed_at", "expires_at", "suite", "commitment", "manifest"), "x")
    value |= {"version": 1, "directory": 1, "read": False, "has_document": True}
    value["links"] = dict.fromkeys(
        ("document", "timeline", "attachments", "proof", "evidence", "verification"), "x"
    )
    record = read_model(MessageRecord, json.dumps(value).encode(), '"seen"')
    call = methods()["mark_read"].describe(record)
    assert call.headers["If-Match"] == '"seen"'
    assert call.query == (("from", "UZ-CC"),)
    assert not call.repeatable


def test_action_without_a_record_is_of_whatever_it_is_now_and_may_be_repeated():
    call = methods()["mark_read"].describe("M")
    assert (call.headers["If-Match"], call.repeatable) == ("*", True)


def job(*, rested):
    value = dict.fromkeys(("id", "kind", "state", "made_at", "changed_at"), "x")
    value |= dict.fromkeys(("total", "accepted", "refused", "left", "error", "upload", "log"))
    value |= {"done": 0, "rested": rested, "file_errors": [], "file_remarks": []}
    return Answer(200, {}, json.dumps(value).encode())


def test_job_is_looked_at_until_it_has_rested():
    plan = methods()["wait_for_job"].describe("j")
    read = next(plan).read
    assert plan.send(read(job(rested=False))) == Waiting(1.0)
    next(plan)
    with pytest.raises(StopIteration) as end:
        plan.send(read(job(rested=True)))
    assert end.value.value.rested


def test_job_that_does_not_rest_is_given_as_it_is_after_some_looks():
    plan = methods()["wait_for_job"].describe("j", looks=1)
    read = next(plan).read
    with pytest.raises(StopIteration) as end:
        plan.send(read(job(rested=False)))
    assert not end.value.value.rested


@pytest.mark.parametrize("bad", ["", ".", ".."])
def test_path_with_a_name_that_leads_elsewhere_is_refused(bad):
    with pytest.raises(ValueError, match="dots"):
        methods()["message"].describe(bad)


def test_path_keeps_a_slash_inside_its_name():
    assert methods()["message"].describe("A/../B").path == "/messages/A%2F..%2FB"


def test_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        methods()["inbox"].describe(since=NOW.replace(tzinfo=None))


def test_client_imports_nothing_of_the_node_but_pure_packages():
    pure = {"canonical", "errors", "limits", "reference", "message", "audit", "trust", "client"}
    found = set()
    for path in Path(node.client.__file__).parent.rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_text())):
            if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("node."):
                found.add(one.module.split(".")[1])
    assert found <= pure
