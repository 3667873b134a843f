"""docs/amqp.md is true: its program runs, its tables are those of the program."""

import asyncio
import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from node.broker.connection import open_channel
from node.broker.national import consume_submissions
from node.broker.national_delivery import NationalPublisher, Outcome
from node.broker.national_message import Accepted
from node.broker.national_topology import declare, definitions, deliver_queue
from node.errors import CallerError

PAGE = (Path(__file__).parents[2] / "docs" / "amqp.md").read_text()
EVENT = {
    "specversion": "1.0",
    "type": "sarbon.message.received",
    "sequence": "0000000000000007",
    "subject": "UZ-CC/01a2",
}


async def handle(submitted):
    if b"bad" in submitted.document:
        raise CallerError("document.invalid", "no", pointer="/type")
    return Accepted(f"id-of-{len(submitted.document)}", is_new=True)


async def run_example(folder, account, system):
    program = folder / "example.py"
    program.write_text(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1])
    good, bad = folder / "good.json", folder / "bad.json"
    good.write_text('{"type":"alert/1"}')
    bad.write_text('{"bad":1}')
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        str(good),
        str(bad),
        env={"NATIONAL_URL": account.dial(), "NATIONAL_SYSTEM": system},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode().splitlines()


@pytest.mark.broker
async def test_example_submits_files_and_prints_answers_and_events(national, tmp_path):
    stop = asyncio.Event()
    async with open_channel(national.node(), name="test") as channel:
        await declare(channel, ["terminal"])
        await (await channel.get_queue(deliver_queue("terminal"), ensure=False)).purge()
        told = await NationalPublisher(channel).deliver(
            "terminal", json.dumps(EVENT).encode(), message_id="net/1/7", type_=EVENT["type"]
        )
        assert told is Outcome.CONFIRMED
        await NationalPublisher(channel).deliver_document("terminal", b"{}", event_id="net/1/7")
        serving = asyncio.create_task(
            consume_submissions(national.node(), "terminal", handle, name="test", stop=stop)
        )
        lines = await run_example(tmp_path, national.system("terminal"), "terminal")
        stop.set()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    assert "event 0000000000000007 sarbon.message.received UZ-CC/01a2" in lines
    assert "document net/1/7 2" in lines
    answers = {
        Path(line.split(" ", 2)[1]).name: json.loads(line.split(" ", 2)[2])
        for line in lines
        if line.startswith("answer")
    }
    assert answers["good.json"] == {"status": "accepted", "id": "id-of-18", "new": True}
    assert answers["bad.json"]["error"]["pointer"] == "/type"


def test_page_names_the_accounts_and_rights_of_the_definitions():
    value = definitions(vhost="national", systems=["risk-engine"], passwords={})
    system = value["permissions"][1]

    assert f"`{system['user']}`" in PAGE
    assert (system["configure"], system["write"]) == ("^$", "^submit$")
    for name in {row["name"].replace("risk-engine", "<system>") for row in value["queues"]}:
        assert f"`{name}`" in PAGE


def test_page_names_every_code_of_a_submission():
    source = Path(__file__).parents[2] / "node" / "broker" / "national_message.py"
    codes = set(re.findall(r'"((?:submission|idempotency|request)\.[a-z_]+)"', source.read_text()))

    for code in codes:
        assert f"`{code}`" in PAGE


def test_page_url_of_the_example_is_an_account_that_there_is():
    url = re.search(r"# (amqps://\S+)", PAGE)[1]

    assert urlsplit(url).username == "system.risk-engine.national"
    assert urlsplit(url).path == "/national"
