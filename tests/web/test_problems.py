"""Errors as problem documents."""

from typing import Annotated

import httpx2
import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict

from node.errors import CallerError, OperatorError, PeerError, Refusal
from node.web import problems
from node.web.guard import Guard
from node.web.problems import Problem, status_of
from node.web.rates import RateExceededError


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[int]


@pytest.fixture
def client():
    app = FastAPI()
    problems.install(app)

    @app.post("/take")
    async def take(body: Body, limit: Annotated[int, Query(ge=1)] = 1) -> int:
        return len(body.names) + limit

    @app.get("/fail/{kind}")
    async def fail(kind: str) -> None:
        raise {
            "caller": CallerError("message.unknown", "no such message", hint="look", pointer="/id"),
            "operator": OperatorError("disk.full", "the disk is full"),
            "rate": RateExceededError(60, 7),
            "token": CallerError("token.expired", "expired"),
        }[kind]

    app.add_middleware(Guard, larger={})
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://node.test")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CallerError("message.unknown", ""), 404),
        (CallerError("token.unknown", ""), 401),
        (CallerError("token.missing", ""), 401),
        (CallerError("access.scope", ""), 403),
        (CallerError("agreement.unknown", ""), 422),
        (CallerError("document.invalid", ""), 422),
        (CallerError("precondition.failed", ""), 412),
        (CallerError("precondition.missing", ""), 428),
        (CallerError("whatever.else", ""), 422),
        (PeerError(Refusal.PROOF_INVALID, ""), 422),
        (OperatorError("anything.unknown", ""), 503),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_status_is_by_whose_fault_then_by_code(error, status):
    assert status_of(error) == status


async def test_problem_has_every_member_and_the_media_type(client):
    answer = await client.get("/fail/caller")
    assert answer.headers["content-type"] == "application/problem+json"
    body = Problem.model_validate_json(answer.content)
    assert (body.status, body.code, body.pointer, body.hint) == (404, "message.unknown", "/id", "look")
    assert (body.type, body.instance) == ("/docs/problems/message.unknown", "/fail/caller")
    assert body.title == "Not Found"


@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [("rate", "retry-after", "7"), ("operator", "retry-after", "5")],
)
async def test_problem_says_when_to_come_again(client, kind, header, value):
    assert (await client.get(f"/fail/{kind}")).headers[header] == value


async def test_problem_of_a_token_says_bearer(client):
    answer = await client.get("/fail/token")
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"names": ["a"]}, "/names/0"), ({"names": [], "a/b~": 1}, "/a~1b~0"), ({}, "/names")],
)
async def test_problem_of_a_body_points_at_the_member(client, body, pointer):
    answer = await client.post("/take", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["pointer"] == pointer


async def test_problem_of_a_parameter_names_it(client):
    answer = await client.post("/take?limit=0", json={"names": []})
    assert answer.json()["errors"][0]["pointer"] == "query limit"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "route.unknown"),
        ("DELETE", "/take", 405, "method.not_allowed"),
        ("POST", "/take", 422, "request.invalid"),
    ],
)
async def test_problem_of_the_framework_is_one_too(client, method, path, status, code):
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_problem_of_a_method_says_which_there_are(client):
    assert (await client.delete("/take")).headers["allow"] == "POST"


@pytest.mark.parametrize("body", [b"{", b"[" * 200_000, b"\xff\xfe", b'{"names": [1'])
async def test_problem_of_what_is_no_json_is_one_too(client, body):
    answer = await client.post("/take", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
