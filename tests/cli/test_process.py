"""The command line as a process of its own: streams, exit codes, pipes."""

import subprocess
import sys

import orjson


def test_process_sends_and_prints_nothing_but_answers(network):
    home = network.home("AZ-SCC")
    files = [str(home / "alert.json"), str(home / "absent.json")]
    result = network.command("AZ-SCC", "send", "--json", *files)
    assert result.returncode == 1
    assert result.stderr == ""
    sent, refused = map(orjson.loads, result.stdout.splitlines())
    assert sent["new"] is True
    assert refused["error"]["code"] == "file.unreadable"


def test_process_whose_reader_left_complains_to_nobody(network):
    command = [sys.executable, "-m", "node", "log", "show", "--json"]
    config = str(network.config("AZ-SCC"))
    with subprocess.Popen(
        [*command, "--config", config], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        error = process.stderr.read()
    assert error == b""


def test_process_of_the_node_without_broker_settings_is_an_operators_error(network):
    config = network.config("AZ-SCC")
    config.write_text(config.read_text().split("\n[broker]")[0])
    result = network.command("AZ-SCC", "run")
    assert result.returncode == 3
    assert "sarbon: settings.invalid: the settings name no broker of our own" in result.stderr
