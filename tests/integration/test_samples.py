"""The samples of docs/integration.md, run as they stand against real nodes and a real RabbitMQ."""

import asyncio
import json
import os
import re
import shutil
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from node.client import AsyncClient, Connection
from node.daemon.node import wall_clock
from node.demo.national import api_url
from node.gateway.webhook_signature import make_secret, sign
from node.web.app import PREFIX, openapi_document
from tests.integration.systems import running
from tests.integration.test_kill import wait_for
from tests.spoken import answering, document, written

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

SENDER, RECEIVER = "AZ-SCC", "UZ-CC"
COUNT = 100
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "docs" / "samples"
PAGE = (ROOT / "docs" / "integration.md").read_text()
SAID = re.compile(r"(\d+) published, (\d+) receipted, (\d+) answers")
SECRET = make_secret(b"s" * 32)


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Two authorities that run, with the doors of their national systems."""
    with running(tmp_path_factory.mktemp("samples") / "s", SENDER, RECEIVER) as stage:
        yield stage


def token_of(stage, authority, system="declarations"):
    return json.loads(stage.command(authority, "tokens", "issue", system, "--json").stdout)["text"]


def environment(stage):
    node = api_url(stage.settings(SENDER)).removesuffix(PREFIX)
    return {"NODE": node, "SARBON_TOKEN": token_of(stage, SENDER)}


def alerts(folder, name, count=COUNT):
    """Write alerts of today, one in each file."""
    folder.mkdir()
    for number in range(count):
        reference = f"AZ-{name}-{number:03}"
        value = document("alert-minimum", SENDER, RECEIVER, now=wall_clock(), reference=reference)
        (folder / f"{reference}.json").write_bytes(written(value))
    return sorted(folder.iterdir())


@asynccontextmanager
async def answered(stage):
    """Let a system of the receiver accept every alert that arrives."""
    url = api_url(stage.settings(RECEIVER))
    async with AsyncClient(Connection(url, token_of(stage, RECEIVER))) as client:
        position = (await client.event_position()).position
        answering_ = asyncio.create_task(accept(client, position))
        try:
            yield
        finally:
            answering_.cancel()
            (end,) = await asyncio.gather(answering_, return_exceptions=True)
            assert isinstance(end, asyncio.CancelledError), end


async def accept(client, position):
    async for event in client.events(after=position, kinds=["message.received"]):
        message = event.data.message
        if message.type == "alert/1":
            alert = json.loads(await client.document(message.id, originator=message.originator))
            reference = message.reference.replace("AZ-", "UZ-ACC-")
            value = document(
                "acceptance-minimum",
                RECEIVER,
                SENDER,
                now=wall_clock(),
                reference=reference,
                answers=answering(alert),
            )
            await client.submit(value, key=message.id)


async def run(*command, folder=None, stdin=b"", **environment_):
    """Run a program as it stands; gives what it printed."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment_},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await asyncio.wait_for(process.communicate(stdin), 240)
    assert process.returncode == 0, error.decode()
    return out.decode()


def assert_answered(folder, paths):
    """Each document has one answer: an acceptance that names it."""
    answers = [json.loads(path.read_bytes()) for path in folder.glob("*.json")]
    assert {answer["type"] for answer in answers} == {"acceptance/1"}
    asked = sorted(answer["answers"]["reference"] for answer in answers)
    assert asked == [path.stem for path in paths]


async def test_curl_publishes_a_hundred_documents_and_receives_the_answers(stage, tmp_path):
    paths = alerts(tmp_path / "documents", "CURL")
    async with answered(stage):
        said = await run(SAMPLES / "curl.sh", tmp_path / "a", *paths, **environment(stage))
    assert [int(one) for one in SAID.match(said).groups()] == [COUNT] * 3
    assert_answered(tmp_path / "a", paths)


async def test_curl_that_is_killed_and_run_again_comes_to_the_same(stage, tmp_path):
    paths = alerts(tmp_path / "documents", "AGAIN", 10)
    settings = environment(stage)
    command = [SAMPLES / "curl.sh", tmp_path / "a", *paths]
    async with answered(stage):
        first = await asyncio.create_subprocess_exec(
            *command, env={"PATH": os.environ["PATH"], **settings}, stdout=asyncio.subprocess.DEVNULL
        )
        published = tmp_path / "a" / "published"
        await asyncio.to_thread(wait_for, published.exists, seconds=60)
        first.kill()
        await first.wait()
        await run(*command, **settings)
    assert_answered(tmp_path / "a", paths)
    async with AsyncClient(Connection(settings["NODE"], settings["SARBON_TOKEN"])) as client:
        sent = [one.reference async for one in client.sent() if one.reference.startswith("AZ-AGAIN")]
    assert sorted(sent) == [path.stem for path in paths]


async def test_curl_whose_document_is_refused_says_why_and_stops(stage, tmp_path):
    (path,) = alerts(tmp_path / "documents", "WRONG", 1)
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 0', 1))
    with pytest.raises(AssertionError, match=r"/documents: 422 .*document\.invalid"):
        await run(SAMPLES / "curl.sh", tmp_path / "a", path, **environment(stage))


async def test_python_client_publishes_a_hundred_documents_and_receives_the_answers(stage, tmp_path):
    paths = alerts(tmp_path / "documents", "CLIENT")
    command = [sys.executable, SAMPLES / "client.py", tmp_path / "a", *paths]
    async with answered(stage):
        said = await run(*command, **environment(stage))
    assert [int(one) for one in SAID.match(said).groups()] == [COUNT] * 3
    assert_answered(tmp_path / "a", paths)


async def test_amqp_client_publishes_a_hundred_documents_and_receives_the_answers(stage, tmp_path):
    paths = alerts(tmp_path / "documents", "AMQP")
    account = stage.hosts.national_account(SENDER, "risk-engine")
    settings = {"NATIONAL_URL": account.dial(), "NATIONAL_SYSTEM": "risk-engine"}
    async with answered(stage):
        said = await run(sys.executable, SAMPLES / "amqp.py", tmp_path / "a", *paths, **settings)
    assert [int(one) for one in SAID.match(said).groups()] == [COUNT] * 3
    assert_answered(tmp_path / "a", paths)


# The samples in Java and C# are compared with the API everywhere; Java is run where it can be.

JAVA, CSHARP = SAMPLES / "Sarbon.java", SAMPLES / "Sarbon.cs"


@pytest.mark.parametrize("path", [JAVA, CSHARP], ids=lambda path: path.name)
def test_sample_names_only_what_the_api_has(path):
    text = path.read_text()
    paths = json.loads(openapi_document())["paths"]
    named = {name for name in re.findall(r'At\(\$?"(/\w+)|at\("(/\w+)', text) for name in name if name}
    assert named == {"/documents", "/events"}
    assert {PREFIX + name for name in named} <= paths.keys()
    submit, events = paths[f"{PREFIX}/documents"]["post"], paths[f"{PREFIX}/events"]["get"]
    (key,) = [one["name"] for one in submit["parameters"]]
    assert f'"{key}"' in text
    asked = set(re.findall(r"[?&](\w+)=", text))
    assert asked == {"wait", "limit", "after"}
    assert asked <= {one["name"] for one in events["parameters"]}
    members = set(re.findall(r'GetProperty\("(\w+)"\)|\\"(\w+)\\":', text))
    assert {name for pair in members for name in pair if name} == {
        "events",
        "sequence",
        "type",
        "subject",
        "position",
    } - ({"events"} if path == JAVA else set())


@pytest.mark.parametrize("path", [JAVA, CSHARP], ids=lambda path: path.name)
def test_sample_is_balanced_and_signs_as_the_node_does(path):
    text = re.sub(r'"(?:\\.|[^"\\])*"|//.*|/\*.*?\*/', "", path.read_text())
    for opening, closing in ("()", "[]", "{}"):
        assert text.count(opening) == text.count(closing)
    whole = path.read_text()
    assert re.search(r"HmacSHA256|HMACSHA256", whole)
    assert re.search(r"MessageDigest\.isEqual|FixedTimeEquals", whole), "compared in constant time"
    assert "Retry-After" in whole or "RetryAfter" in whole
    assert "300" in whole, "five minutes"


async def test_java_submits_follows_and_verifies(stage, tmp_path):
    if shutil.which("javac") is None:
        assert "public class Sarbon" in JAVA.read_text()
        return
    await run("javac", "-Xlint:all", "-Werror", "-d", tmp_path / "classes", JAVA)
    java = ["java", "-cp", tmp_path / "classes", "Sarbon"]
    settings = {**environment(stage), "SARBON_SECRET": SECRET}
    async with AsyncClient(Connection(settings["NODE"], settings["SARBON_TOKEN"])) as client:
        position = (await client.event_position()).position
    paths = alerts(tmp_path / "documents", "JAVA", 3)

    accepted = (await run(*java, "submit", *paths, **settings)).splitlines()
    again = (await run(*java, "submit", *paths, **settings)).splitlines()
    events = (await run(*java, "events", position, 3, **settings)).splitlines()

    assert accepted == again, "the first answers, under the same keys"
    ids = [json.loads(line)["id"] for line in accepted]
    sealed = [line.split() for line in events if "message.sealed" in line]
    assert {subject for *_, subject in sealed} <= {f"{SENDER}/{one}" for one in ids}
    assert [int(line.split()[0]) for line in events] == sorted(int(line.split()[0]) for line in events)
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(AssertionError, match=r"422 .*document\.malformed"):
        await run(*java, "submit", tmp_path / "bad.json", **settings)
    assert await java_says(java, settings, age_seconds=0) == "signed"
    assert await java_says(java, settings, age_seconds=400) == "not signed"
    assert await java_says(java, settings, age_seconds=0, body=b"{} ") == "not signed"


async def java_says(java, settings, *, age_seconds, body=b"{}"):
    now = (int(time.time()) - age_seconds) * 1000
    signed = sign("iren.example/az-scc/1/41", b"{}", [make_secret(b"o" * 32), SECRET], now=now)
    said = await run(*java, "webhook", *signed.values(), stdin=body, **settings)
    return said.strip()


# The page.


@pytest.mark.parametrize("name", ["curl.sh", "amqp.py", "client.py"])
def test_page_quotes_the_sample_as_it_stands(name):
    assert f"\n{(SAMPLES / name).read_text()}```\n" in PAGE


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_page_links_every_sample(name):
    assert f"](samples/{name})" in PAGE


async def test_node_answers_at_the_address_that_the_samples_use(stage):
    async with httpx2.AsyncClient() as client:
        assert (await client.get(environment(stage)["NODE"] + "/healthz")).status_code == 200
