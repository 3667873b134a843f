"""Real processes, real RabbitMQ, kill -9: nothing accepted is lost, nothing is processed twice."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from node.daemon.checkup import check_node
from node.daemon.node import load_directory
from node.demo.books import balance
from node.demo.stage import Cast, Stage
from node.store.database import Database
from node.store.record import Records
from tests.conftest import CHEAP
from tests.daemon.pair import documents

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

SENDER, RECEIVER = "AZ-SCC", "UZ-CC"


def records(stage: Stage, authority: str) -> Records:
    return Records(Database.open(stage.home(authority) / "data" / "node.db"))


def wait_for(condition: Callable[[], bool], *, seconds: float = 240.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.01)  # watching processes from outside


def hand_over(stage: Stage, count: int, *, first: int = 0) -> None:
    path = Path(stage.folder) / f"batch-{first}.jsonl"
    lines = documents(stage, SENDER, first + count, recipients=[RECEIVER])[first:]
    path.write_bytes(b"\n".join(lines) + b"\n")
    result = stage.command(SENDER, "send", str(path))
    assert result.returncode == 0, result.stderr


def is_quiet(stage: Stage) -> bool:
    return "out.sealed" not in records(stage, SENDER).counts()


def assert_all_holds(stage: Stage, *, messages: int) -> None:
    """Every message is in both logs exactly once, and both logs verify; the third never ran."""
    wait_for(lambda: is_quiet(stage))
    assert stage.stop_nodes() == []
    databases = {}
    for authority in (SENDER, RECEIVER):
        settings = stage.settings(authority)
        databases[authority] = Database.open(settings.data / "node.db")
        check_node(databases[authority], load_directory(settings), authority)
    books = balance(databases)
    assert books.missing == []
    assert books.matched == {(SENDER, RECEIVER): messages}
    assert records(stage, RECEIVER).counts() == {"in.accepted": messages}


@pytest.mark.parametrize("point", ["first_accepted", "half_accepted", "before_anything"])
def test_receiver_killed_at_several_points_loses_nothing(make_stage, point):
    stage = make_stage(SENDER, RECEIVER, "TM-SCS")
    for authority in (SENDER, RECEIVER):
        stage.run_node(authority)
    stage.wait_until_connected(SENDER)
    stage.wait_until_connected(RECEIVER)
    threshold = {"first_accepted": 1, "half_accepted": 60, "before_anything": 0}[point]
    if point == "before_anything":
        stage.kill_node(RECEIVER)
    hand_over(stage, 120)
    if point != "before_anything":
        wait_for(lambda: records(stage, RECEIVER).counts().get("in.accepted", 0) >= threshold)
        stage.kill_node(RECEIVER)
    stage.run_node(RECEIVER)
    stage.wait_until_connected(RECEIVER)  # before that, it may not be ready to be stopped in order

    assert_all_holds(stage, messages=120)


@pytest.mark.parametrize("receipted", [0, 1, 60])
def test_sender_killed_at_several_points_loses_nothing(make_stage, receipted):
    stage = make_stage(SENDER, RECEIVER, "TM-SCS")
    for authority in (SENDER, RECEIVER):
        stage.run_node(authority)
    stage.wait_until_connected(SENDER)
    hand_over(stage, 120)
    wait_for(lambda: records(stage, SENDER).counts().get("out.receipted", 0) >= receipted)
    stage.kill_node(SENDER)
    stage.run_node(SENDER)
    stage.wait_until_connected(SENDER)
    hand_over(stage, 10, first=120)

    assert_all_holds(stage, messages=130)


def test_broker_killed_twice_while_messages_pass_loses_nothing(tmp_path):
    stage = Stage(tmp_path / "s", Cast((SENDER, RECEIVER, "TM-SCS"), ()), cost=CHEAP)
    try:
        stage.start_broker()
        stage.found()
        for authority in (SENDER, RECEIVER):
            stage.run_node(authority)
            stage.wait_until_connected(authority)
        hand_over(stage, 60)
        stage.broker.kill()
        hand_over(stage, 60, first=60)
        stage.broker.start()
        wait_for(lambda: records(stage, RECEIVER).counts().get("in.accepted", 0) >= 1)
        stage.broker.kill()
        stage.broker.start()

        assert_all_holds(stage, messages=120)
    finally:
        stage.close()
