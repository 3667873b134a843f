"""Problem documents become exceptions, whoever wrote them."""

import json
import re
from pathlib import Path

import pytest

from node.client import errors
from node.client.errors import ApiError, Problem, UnreadableError, error_of
from node.errors import CallerError, NodeError, OperatorError
from node.web.problems import Problem as Written
from node.web.problems import status_of

PAGE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text()
NAMED = {
    400: errors.RefusedError,
    401: errors.UnauthorizedError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    412: errors.ChangedError,
    413: errors.RefusedError,
    415: errors.RefusedError,
    422: errors.RefusedError,
    428: errors.RefusedError,
    429: errors.RateLimitedError,
    503: errors.UnavailableError,
}


def written(status, **members):
    value = {
        "type": "t",
        "title": "t",
        "status": status,
        "detail": "the fact",
        "instance": "/api/v1/x",
        "code": "access.unit",
        "hint": "do this",
        "pointer": "/unit",
        "request_id": "r-1",
    }
    return Written(**{**value, **members}).model_dump_json().encode()


def read(status, body, retry_after=None):
    return error_of(status, body, request_id="h-1", retry_after=retry_after)


@pytest.mark.parametrize("status", NAMED)
def test_problem_becomes_the_error_of_its_status(status):
    error = read(status, written(status), 7.0)
    assert type(error) is NAMED[status]
    assert isinstance(error, NodeError)
    told = (error.status, error.code, error.detail, error.hint, error.pointer, error.request_id)
    assert told == (status, "access.unit", "the fact", "do this", "/unit", "r-1")
    assert error.retry_after == 7.0
    assert not error.problem.is_foreign


def test_statuses_of_the_handbook_have_an_error_each():
    table = PAGE.partition("## Errors")[2].partition("## Idempotency")[0]
    told = {
        int(one) for row in re.findall(r"^\| ([\d ]+) \|", table, re.MULTILINE) for one in row.split()
    }
    assert told == NAMED.keys()


@pytest.mark.parametrize("error", [CallerError("x.unknown", "f"), OperatorError("x", "f")])
def test_error_of_the_node_is_the_one_that_the_client_raises(error):
    status = status_of(error)
    assert type(read(status, written(status))) is NAMED[status]


def test_all_members_at_fault_are_kept():
    faults = [{"pointer": "/a", "code": "missing", "detail": "d"}]
    error = read(422, written(422, errors=faults))
    assert list(error.errors) == faults


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"code": "a"}', b"null", b'"x"'])
@pytest.mark.parametrize("status", [302, 400, 404, 502])
def test_answer_that_no_node_wrote_is_named_so_and_not_repeated(status, body):
    error = read(status, body)
    assert (error.code, error.request_id) == (f"http.{status}", "h-1")
    assert error.problem.is_foreign
    assert isinstance(error, UnreadableError) == (status == 302)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_good_answer_is_no_error(status):
    assert read(status, b"") is None


def test_error_says_what_a_log_should_keep():
    assert str(read(403, written(403))) == "access.unit: the fact at /unit (request r-1)"
    assert str(ApiError(Problem(0, "node.unanswered", "no answer"))) == "node.unanswered: no answer"


def test_errors_with_members_of_another_form_are_foreign():
    body = json.loads(written(422))
    assert read(422, json.dumps({**body, "errors": [1]}).encode()).problem.is_foreign
