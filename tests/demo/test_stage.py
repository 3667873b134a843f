import stat

import pytest

from node.daemon.node import load_agreements, load_directory
from node.demo.hosts import Hosts
from node.demo.stage import Cast, Stage
from node.envelope.keyfile import Cost
from node.errors import OperatorError

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
NO_BROKER = "amqp://nobody:planted-password@127.0.0.1:9/none"


@pytest.mark.parametrize(
    ("nodes", "others", "threshold"),
    [
        (("AZ-SCC",), (), 1),
        (("AZ-SCC", "UZ-CC"), (), 2),
        (("AZ-SCC", "UZ-CC"), ("KZ-SRC",), 2),
        (("AZ-SCC", "TM-SCS", "UZ-CC"), (), 2),
    ],
)
def test_found_any_cast_makes_a_network_that_its_nodes_can_open(tmp_path, nodes, others, threshold):
    stage = Stage(tmp_path / "s", Cast(nodes, others), cost=CHEAP, outside=NO_BROKER)
    fingerprint = stage.found()
    for authority in nodes:
        settings = stage.settings(authority)
        directory = load_directory(settings)
        assert settings.fingerprint == directory.fingerprint == fingerprint
        assert set(directory.authorities) == {*nodes, *others}
        assert directory.threshold == threshold
        assert set(settings.peers) == {*nodes, *others} - {authority}
        assert load_agreements(settings)
        node = stage.node(authority)
        assert node.tree.size == 2
        node.close()


def test_found_writes_passphrases_and_passwords_for_their_owner_alone(tmp_path):
    stage = Stage(tmp_path / "s", Cast(("AZ-SCC", "UZ-CC"), ()), cost=CHEAP, outside=NO_BROKER)
    stage.found()
    home = stage.home("AZ-SCC")
    secrets = [home / "passphrase", *home.glob("*.password"), stage.folder / "directory.key"]
    assert len(secrets) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert "planted-password" not in stage.config("AZ-SCC").read_text()


def test_connected_of_a_node_that_does_not_run_is_nobody(tmp_path):
    stage = Stage(tmp_path / "s", Cast(("AZ-SCC",), ()), cost=CHEAP, outside=NO_BROKER)
    assert stage.connected("AZ-SCC") == []


def test_ask_of_a_node_that_does_not_run_says_that_there_is_no_socket(exchanged):
    with pytest.raises(FileNotFoundError):
        exchanged.ask("AZ-SCC", {"do": "ping"})


def test_wait_until_connected_of_a_node_that_ends_says_why(exchanged):
    exchanged.config("AZ-SCC").write_text("authority = 3\n")
    exchanged.run_node("AZ-SCC")
    with pytest.raises(OperatorError) as raised:
        exchanged.wait_until_connected("AZ-SCC")
    exchanged.close()
    assert raised.value.code == "stage.node"
    assert "settings.invalid" in raised.value.message
    assert "node.log" in raised.value.hint


def test_account_before_the_broker_starts_is_an_operators_error(monkeypatch):
    monkeypatch.delenv("SARBON_AMQP_URL", raising=False)
    with pytest.raises(OperatorError) as raised:
        Hosts(("AZ-SCC",)).account("AZ-SCC", "node.az-scc")
    assert raised.value.code == "stage.no_broker"


def test_account_at_a_given_broker_takes_the_password_out_of_the_url():
    hosts, others = (Hosts(("AZ-SCC",), outside=NO_BROKER) for _ in range(2))
    account = hosts.account("AZ-SCC", "anybody")
    assert account.url == "amqp://nobody@127.0.0.1:9/none"
    assert account.password == "planted-password"  # noqa: S105 - that of the test's own URL
    assert "planted-password" not in repr(account)
    assert account.prefix.endswith(".az-scc.")
    assert account.prefix == hosts.account("AZ-SCC", "somebody").prefix
    assert account.prefix != others.account("AZ-SCC", "anybody").prefix
