import signal
import subprocess

import pytest

from node.audit.event import Kind, read_entry
from node.daemon.supervisor import account
from node.errors import OperatorError
from node.settings import BrokerSettings
from node.store.record import Records
from tests.daemon.pair import sides

pytestmark = pytest.mark.broker


def test_node_stops_in_order_when_told_and_records_it(make_stage):
    stage = make_stage()
    stage.run_node("AZ-SCC")
    stage.wait_until_connected("AZ-SCC")

    assert stage.stop_nodes() == []

    node = stage.node("AZ-SCC")
    kinds = [read_entry(raw).kind for _, raw in Records(node.database).entries()]
    node.close()
    assert kinds[-1] is Kind.NODE_STOPPED
    assert Kind.NODE_STARTED in kinds


def test_node_whose_broker_refuses_it_keeps_running_and_says_so(make_stage):
    stage = make_stage()
    config = stage.config("AZ-SCC")
    for file in stage.home("AZ-SCC").glob("*.password"):
        file.write_text("wrong")
        file.chmod(0o600)
    stage.run_node("AZ-SCC")
    log = stage.home("AZ-SCC") / "node.log"
    process = stage.processes["AZ-SCC"]
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(6)
    finally:
        process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert "broker.refused" in log.read_text()
    assert config.is_file()


async def test_two_processes_cannot_write_to_one_node(make_stage):
    stage = make_stage()
    stage.run_node("AZ-SCC")
    stage.wait_until_connected("AZ-SCC")
    result = stage.command("AZ-SCC", "run")

    assert result.returncode == 3
    assert "database.locked" in result.stderr


async def test_directory_that_went_back_stops_the_start(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC"):
        pass
    node = stage.node("AZ-SCC")
    try:
        with pytest.raises(Exception, match="does not extend"):
            node.directory.check_extends(len(node.directory.entries) + 1, b"0" * 32)
    finally:
        node.close()


def test_account_reads_its_password_from_a_private_file_only(tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o644)
    settings = BrokerSettings(url="amqp://u@h/v", password_file=path)
    with pytest.raises(OperatorError) as caught:
        account(settings)
    assert caught.value.code == "key.open_permissions"
    path.chmod(0o600)

    assert account(settings).password == path.read_text().strip()
