"""The pages of problem codes: there is one for each code that the API can give."""

import ast
import re
from fnmatch import fnmatch
from http import HTTPStatus
from pathlib import Path

import pytest

from node.web import problems
from node.web.problem_texts import Part, rewritten, texts
from tests.web.served import Client

ROOT = Path(__file__).parents[2]
REST = ROOT / "docs" / "rest.md"
NODE = ROOT / "node"
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_0-9]*")
RAISES = re.compile(r"(\w*Error|_refused|_problem|__init__)")
ELSEWHERE = (
    "cli/*",
    "client/*",
    "demo/*",
    "broker/*",
    "envelope/*",
    "settings.py",
    "daemon/amqp*",
    "daemon/admission.py",
    "daemon/folder*",
    "daemon/founding.py",
    "daemon/supervisor.py",
    "gateway/folder*",
    "gateway/local*",
    "reference/import_file.py",
    "web/server.py",
)
"""Modules that no request of the API goes through: other doors, commands, the start of a node."""
AT_THE_START = {
    "agreement.invalid",
    "database.missing",
    "database.revision",
    "directory.missing",
    "directory.other_network",
    "directory.unpinned",
    "key.exists",
    "key.malformed",
    "key.missing",
    "key.open_permissions",
    "key.wrong_log",
    "oidc.files",
}
"""Codes of modules that requests go through, given when a node starts or not at all over HTTP."""
BY_COMMAND = {
    "codes.edition",  # importing is a command
    "message.ref_malformed",  # only commands answer by a message id
    "request.unknown",  # of the local socket
}


def codes_of(path: Path) -> set[str]:
    """Give the codes of the errors that a module makes."""
    return {
        one.value
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args
        if RAISES.fullmatch(getattr(call.func, "id", getattr(call.func, "attr", "")))
        for one in ast.walk(call.args[0])
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
        if CODE.fullmatch(one.value)
    }


def raised() -> set[str]:
    found = set()
    for path in NODE.rglob("*.py"):
        if not any(fnmatch(path.relative_to(NODE).as_posix(), each) for each in ELSEWHERE):
            found |= codes_of(path)
    return found


def test_every_code_that_a_request_can_meet_is_explained():
    assert raised() - texts().keys() - AT_THE_START - BY_COMMAND == set()


def test_every_code_with_a_status_of_its_own_is_explained():
    assert problems._EXACT.keys() <= texts().keys()


def test_every_code_that_is_explained_is_in_the_program():
    everywhere = {
        one.value
        for path in NODE.rglob("*.py")
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    assert texts().keys() <= everywhere


def test_codes_passed_over_are_still_raised():
    unsaid = AT_THE_START | BY_COMMAND
    assert unsaid - raised() <= {"message.ref_malformed"}  # made elsewhere, by its name
    assert not (AT_THE_START | BY_COMMAND) & texts().keys()


@pytest.mark.parametrize("text", texts().values(), ids=lambda text: text.code)
def test_text_has_a_meaning_and_a_remedy_in_whole_sentences(text):
    for words in (text.meaning, text.remedy):
        assert words.endswith(".")
        assert not {"|", "\n"} & set(words)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("request.invalid", Part.REQUEST),
        ("message.unknown", Part.REQUEST),
        ("access.scope", Part.RIGHTS),
        ("token.expired", Part.RIGHTS),
        ("precondition.failed", Part.STATE),
        ("rate.exceeded", Part.STATE),
        ("disk.full", Part.NODE),
        ("job.crashed", Part.JOB),
    ],
)
def test_text_says_whose_part_it_is(code, part):
    assert texts()[code].part is part


def test_text_of_the_node_is_503_and_nothing_else_is():
    for text in texts().values():
        assert (text.status == HTTPStatus.SERVICE_UNAVAILABLE) == (text.part is Part.NODE), text


def test_table_of_the_handbook_is_the_program():
    page = REST.read_text(encoding="utf-8")
    assert "<!-- begin problems -->" in page
    assert rewritten(page) == page, "make schemas"


async def test_page_is_given_where_a_problem_says(served):
    client = Client(served, None)
    refused = (await client.get("/inbox")).json()
    answer = await client.get(f"http://node.test{refused['type']}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "token.missing (401 Unauthorized)\n\nThe path needs a token.\n"
        "At fault: the token or its rights.\nWhat to do: Send `Authorization: Bearer …`.\n"
    )


async def test_page_of_each_code_is_there(served):
    client = Client(served, None)
    for code, text in texts().items():
        answer = await client.get(f"http://node.test/docs/problems/{code}")
        assert answer.status_code == 200, code
        assert text.meaning in answer.text


async def test_page_of_no_code_is_a_problem_too(served):
    answer = await Client(served, None).get("http://node.test/docs/problems/nothing.at_all")
    assert (answer.status_code, answer.json()["code"]) == (404, "problem.unknown")
