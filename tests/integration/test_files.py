"""Real processes, real RabbitMQ: a file arrives whole though both nodes are killed meanwhile."""

import os
from pathlib import Path

import orjson
import pytest

from node.daemon.checkup import check_node
from node.daemon.node import load_directory, wall_clock
from node.demo.corridor import hand_over
from node.demo.stage import Stage
from node.store.attachments import Attachments
from node.store.database import Database
from node.store.transfers import Transfers
from tests.integration.test_kill import RECEIVER, SENDER, wait_for

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

SIZE = 5 * 1024 * 1024


def transfers(stage: Stage, authority: str) -> Transfers:
    return Transfers(Database.open(stage.home(authority) / "data" / "node.db"))


def send_with_file(stage: Stage, content: bytes) -> str:
    """Send an alert with a file as an officer does; gives the message id."""
    folder = Path(stage.folder)
    path = hand_over(SENDER, folder / "documents", now=wall_clock())[0]
    alert = orjson.loads(path.read_bytes().splitlines()[0]) | {"recipients": [RECEIVER]}
    (folder / "alert.json").write_bytes(orjson.dumps(alert))
    (folder / "scan.tiff").write_bytes(content)
    result = stage.command(
        SENDER, "send", str(folder / "alert.json"), "--attach", str(folder / "scan.tiff"), "--json"
    )
    assert result.returncode == 0, result.stderr
    return str(orjson.loads(result.stdout.splitlines()[0])["id"])


def restart(stage: Stage, authority: str) -> None:
    stage.kill_node(authority)
    stage.run_node(authority)
    stage.wait_until_connected(authority)


def test_file_arrives_whole_though_both_nodes_are_killed_on_the_way(make_stage):
    stage, content = make_stage(SENDER, RECEIVER, "TM-SCS"), os.urandom(SIZE)
    for authority in (SENDER, RECEIVER):
        stage.run_node(authority)
    for authority in (SENDER, RECEIVER):
        stage.wait_until_connected(authority)
    message_id = send_with_file(stage, content)
    place = (SENDER, message_id, 1)
    here = Attachments(stage.home(RECEIVER) / "data")

    wait_for(lambda: here.received_bytes(place) > 0)
    restart(stage, RECEIVER)
    wait_for(lambda: here.received_bytes(place) > SIZE // 3)
    restart(stage, SENDER)
    # If a receipt got lost with a process, the file goes once more after half a minute.
    wait_for(lambda: transfers(stage, SENDER).of_sent(message_id)[0]["state"] == "received", seconds=180)

    assert stage.stop_nodes() == []
    assert here.path_of_received(place).read_bytes() == content
    saved = Path(stage.folder) / "saved.tiff"
    result = stage.command(RECEIVER, "save", message_id, "1", "-o", str(saved))
    assert (result.returncode, saved.read_bytes()) == (0, content)
    for authority in (SENDER, RECEIVER):
        settings = stage.settings(authority)
        database = Database.open(settings.data / "node.db")
        checked = check_node(database, load_directory(settings), authority)
        assert checked.files == (1 if authority == SENDER else 0)
