"""Schemathesis against the whole API: what OpenAPI promises holds, whatever is asked.

With authentication, in process, with a seed: a failure is met again by the same command.
"""

import shutil
import zlib

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.specs.openapi.checks import positive_data_acceptance

from node.demo.stage import Stage
from node.national.scopes import ROLES, Role
from node.web.app import OPENAPI_PATH, bare_app
from node.web.document_upload import MEDIA_TYPES
from node.web.problem_texts import texts
from node.web.problems import MEDIA_TYPE, Problem
from node.web.routes import routes_of
from tests.conftest import CHEAP
from tests.daemon.conftest import CAST, NO_BROKER
from tests.web.attacked import Attacked, Door
from tests.web.conftest import founded_once  # noqa: F401 - a fixture

ROUTES = {(route.method, route.path.replace(":path}", "}")): route for route in routes_of(bare_app())}
LEFT_OUT = [
    # A cursor or a document may fit its schema and mean nothing: then 400 or 422 is right.
    # `what_openapi_allows_is_not_invalid` asks for what can be promised instead.
    positive_data_acceptance,
]
for media_type in (*MEDIA_TYPES, "application/pdf", "image/tiff"):
    if media_type not in ("application/json", "application/xml", "text/xml", "text/plain"):
        schemathesis.serializer.alias(media_type, "application/octet-stream")
DOOR = Door()
SCHEMA = schemathesis.openapi.from_asgi(OPENAPI_PATH, DOOR)


@pytest.fixture(scope="module")
def attacked(founded_once, tmp_path_factory):  # noqa: F811 - the fixture
    folder = tmp_path_factory.mktemp("attacked") / "s"
    shutil.copytree(founded_once.folder, folder, symlinks=True)
    one = Attacked(Stage(folder, CAST, cost=CHEAP, outside=NO_BROKER))
    one.open()
    DOOR.behind = one
    yield one
    one.close()


@schemathesis.check
def error_is_a_problem_document(_context, response, case):
    """Hold every error against what docs/rest.md promises of errors."""
    if response.status_code < 400 or case.path == "/readyz":
        return
    assert response.headers["content-type"] == [MEDIA_TYPE]
    problem = Problem.model_validate_json(response.content)
    assert problem.status == response.status_code
    assert problem.code in texts()
    assert response.headers["x-request-id"] == [problem.request_id]


@schemathesis.check
def what_openapi_allows_is_not_invalid(_context, response, case):
    """Hold OpenAPI against the program: what fits it may be refused, but never as not fitting it."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    problem = Problem.model_validate_json(response.content)
    assert problem.code != "request.invalid", problem.errors


def role_for(operation):
    """Choose a role whose systems may ask for an operation."""
    route = ROUTES[operation.method.upper(), operation.path]
    return next(role for role in Role if route.scopes <= ROLES[role])


def name_what_is_there(case, world):
    """Let half of the good requests name something that exists: else nearly all would be of nothing."""
    number = zlib.crc32(repr((case.path, case.path_parameters, case.query)).encode())
    if number % 2 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    some = [one for one in world.messages if not one.document.keys() & {"answers", "amends", "recalls"}]
    one = some[number // 2 % len(some)]
    there = {
        "message": (one.id, one.reference)[number // 2 % 2],
        "number": 1,
        "authority": one.author,
        "type": one.document["type"].partition("/")[0],
        "reference": one.reference,
        "edition": "1",
        "index": number // 2 % 200,
        "system_id": "attacks-as-publisher",
        "name": "transport-mode",
        "code": "1",
        "id": {"/api/v1/peers/{id}": "UZ-CC"}.get(case.path, one.reference),
    }
    case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_api_keeps_what_openapi_promises(attacked, case):
    name_what_is_there(case, attacked.world)
    token = attacked.tokens[role_for(case.operation)]
    case.call_and_validate(excluded_checks=LEFT_OUT, headers={"Authorization": f"Bearer {token}"})
