"""A founded network in a folder, documents of today, and `sarbon` run in this process.

`sarbon` is `node.cli.main` itself, with its own arguments, streams and exit code: only the start of
an interpreter is saved. Two tests in test_process.py start real ones.
"""

import asyncio
import io
import os
import shutil
import sys
from dataclasses import dataclass

import orjson
import pytest

from node.cli import main
from node.daemon.node import wall_clock
from node.demo.corridor import hand_over
from node.demo.stage import Cast, Stage
from node.envelope.keyfile import Cost
from tests.daemon.pair import settle, sides

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
NO_BROKER = "amqp://nobody:nothing@127.0.0.1:9/none"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return [orjson.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("SARBON_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def sarbon(monkeypatch):
    """Run one command; gives exit code, standard output and standard error."""

    def run(*arguments, stdin=b""):
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["sarbon", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        return Result(ended.value.code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    return run


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """Three authorities with cheap keys, founded once; nobody writes here."""
    cast = Cast(("AZ-SCC", "TM-SCS", "UZ-CC"), ())
    stage = Stage(tmp_path_factory.mktemp("founded") / "s", cast, cost=CHEAP, outside=NO_BROKER)
    stage.found()
    for authority in cast.nodes:
        files = hand_over(authority, stage.home(authority) / "day", now=wall_clock())
        write_samples(stage.home(authority), authority, *(path.read_bytes() for path in files))
    return stage


def write_samples(home, authority, alerts, notices):
    """Put some documents of today into an authority's folder, under plain names and references."""
    peer = "AZ-SCC" if authority == "UZ-CC" else "UZ-CC"
    full = [orjson.loads(line) for line in notices.splitlines()]
    full = [one for one in full if one["consignments"]][:4]
    for number, document in enumerate([orjson.loads(alerts.splitlines()[0]), *full]):
        document["reference"] = f"{authority[:2]}-TEST-{number}"
        document["recipients"] = [peer]
        document["version"], document["function"] = 1, "9"
        document.pop("related", None)
        if "office_of_entry" in document:  # of the recipient, or every sending would say a doubt
            document["office_of_entry"] = f"{peer[:2]}000001"
        name = "alert" if number == 0 else f"notice{number}"
        (home / f"{name}.json").write_bytes(orjson.dumps(document))


def copy_of(stage, folder):
    shutil.copytree(stage.folder, folder, symlinks=True)
    return Stage(folder, stage.cast, cost=CHEAP, outside=NO_BROKER)


@pytest.fixture
def network(founded, tmp_path):
    """A copy of the founded network for one test."""
    return copy_of(founded, tmp_path / "s")


@pytest.fixture
def home(network, monkeypatch):
    """The folder of AZ-SCC, which is also the current one."""
    monkeypatch.chdir(network.home("AZ-SCC"))
    return network.home("AZ-SCC")


async def _exchange(stage):
    async with sides(stage, "AZ-SCC", "UZ-CC") as both:
        for side in both:
            folder = stage.home(side.node.authority)
            for name in ("alert", "notice1"):
                await side.submit((folder / f"{name}.json").read_bytes())
        await settle(*both)
        for side in both:
            await side.node.committer.flush()


@pytest.fixture(scope="session")
def exchanged(founded, tmp_path_factory):
    """A network in which AZ-SCC and UZ-CC have sent each other an alert and a notice."""
    stage = copy_of(founded, tmp_path_factory.mktemp("exchanged") / "s")
    asyncio.run(_exchange(stage))
    return stage


@pytest.fixture
def exchanged_home(exchanged, tmp_path, monkeypatch):
    """The folder of AZ-SCC after an exchange, which is also the current one."""
    stage = copy_of(exchanged, tmp_path / "x")
    monkeypatch.chdir(stage.home("AZ-SCC"))
    return stage.home("AZ-SCC")


@pytest.fixture
def notice(home):
    """A notice that can be sent, as a value to be spoilt."""
    return orjson.loads((home / "notice1.json").read_bytes())
