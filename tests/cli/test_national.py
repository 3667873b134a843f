import os

import orjson
import pytest

NATIONAL = '\n[national]\nurl = "amqp://node.national@broker:5672/national"\nprefix = "az."\n'
ADD = ("--title", "Any", "--units", "*", "--types", "*")


@pytest.fixture
def national(home):
    """The settings name a virtual host of national systems."""
    config = home / "node.toml"
    config.write_text(config.read_text() + NATIONAL)


@pytest.mark.usefixtures("national")
def test_broker_national_gives_each_system_an_account_and_never_a_password(home, sarbon):
    for system, role in (("risk", "system"), ("auditors", "auditor"), ("console", "operator")):
        assert sarbon("systems", "add", system, "--role", role, *ADD).code == 0
    folder = home / "national-passwords"
    folder.mkdir()
    for name in ("node", "risk"):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(file, b"planted-password\n")
        os.close(file)

    result = sarbon("broker", "national")
    assert result.code == 0
    hashes = {user["name"]: user["password_hash"] for user in orjson.loads(result.out)["users"]}
    assert hashes.keys() == {
        "node.az.national",
        "system.az.risk.national",
        "system.az.auditors.national",
    }
    assert [bool(hash_) for hash_ in hashes.values()] == [True, False, True]
    assert "planted-password" not in result.out


@pytest.mark.usefixtures("national")
def test_broker_national_reads_no_password_that_others_can_read(home, sarbon):
    (home / "national-passwords").mkdir()
    (home / "national-passwords" / "node").write_text("planted-password")
    (home / "national-passwords" / "node").chmod(0o644)
    result = sarbon("broker", "national")
    assert result.code == 3
    assert "key.open_permissions" in result.err


@pytest.mark.parametrize("command", [("broker", "national"), ("folders",)])
@pytest.mark.usefixtures("home")
def test_command_without_its_table_in_the_settings_says_so(command, sarbon):
    result = sarbon(*command)
    assert result.code == 3
    assert "settings.invalid" in result.err


def test_folders_makes_those_of_each_system_and_again_changes_nothing(home, sarbon):
    config = home / "node.toml"
    config.write_text(f'{config.read_text()}\n[folders.terminal]\npath = "drop"\n')
    (home / "drop").mkdir()
    for _ in range(2):
        assert sarbon("folders").out == f"terminal: {home / 'drop'}\n"
    made = {path.name for path in (home / "drop").iterdir()}
    assert made == {"in", "work", "done", "failed", "out"}


def test_folders_on_a_share_that_is_not_there_makes_none(home, sarbon):
    config = home / "node.toml"
    config.write_text(f'{config.read_text()}\n[folders.terminal]\npath = "away"\n')
    result = sarbon("folders")
    assert result.code == 3
    assert "folder.unusable" in result.err
    assert not (home / "away").exists()
