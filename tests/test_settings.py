import os
from pathlib import Path

import pytest

from node.errors import OperatorError
from node.settings import (
    LogSettings,
    known_names,
    load_settings,
    passphrase_from_credential,
)

CONFIG = sorted((Path(__file__).parents[1] / "config").glob("*/node.toml"))

LEAST = 'authority = "AZ-SCC"\nnetwork = "iren.example"\n'
BROKER = '[broker]\nurl = "amqp://u@host:5672/az"\n'
PEER = '[peers.UZ-CC]\nurl = "amqp://u@peer:5672/uz"\n'
COMPLETE = """
authority = "AZ-SCC"
network = "iren.example"
epoch = "2026"
fingerprint = "abc"
data = "var/data"
directory = "network/directory.json"
agreements = "/etc/sarbon/agreements"

[keys]
folder = "secret/keys"
passphrase_file = "secret/passphrase"

[broker]
url = "amqps://node@broker.example:5671/az-scc"
password_file = "secret/broker"
prefix = "sarbon."
[broker.tls]
ca_file = "ca.pem"
cert_file = "cert.pem"
key_file = "key.pem"

[peers.UZ-CC]
url = "amqp://az@broker.example/uz-cc"
password_file = "secret/UZ-CC"
[peers.TM-SCS]
url = "amqps://az@broker.example/tm-scs"
[peers.TM-SCS.tls]
ca_file = "tm.pem"

[log]
level = "debug"
form = "json"
"""


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("SARBON_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "node.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(path):
    with pytest.raises(OperatorError) as raised:
        load_settings(path)
    return raised.value


def test_load_least_file_takes_defaults(write, tmp_path):
    settings = load_settings(write(LEAST))
    assert settings.origin == "iren.example/az-scc/1"
    assert settings.fingerprint == ""
    assert settings.data == tmp_path / "data"
    assert settings.directory == tmp_path / "directory.json"
    assert settings.agreements == tmp_path / "agreements"
    assert settings.keys.folder == tmp_path / "keys"
    assert settings.keys.passphrase_file is None
    assert settings.broker is None
    assert settings.peers == {}
    assert settings.log == LogSettings(level="info", form="auto")


def test_load_complete_file_gives_every_value(write, tmp_path):
    settings = load_settings(write(COMPLETE))
    assert settings.origin == "iren.example/az-scc/2026"
    assert settings.fingerprint == "abc"
    assert settings.broker.url == "amqps://node@broker.example:5671/az-scc"
    assert settings.broker.prefix == "sarbon."
    assert settings.peers.keys() == {"UZ-CC", "TM-SCS"}
    assert settings.peers["TM-SCS"].tls.ca_file == tmp_path / "tm.pem"
    assert settings.peers["TM-SCS"].password_file is None
    assert (settings.log.level, settings.log.form) == ("debug", "json")


def test_load_relative_paths_are_of_the_files_folder(write, tmp_path, monkeypatch):
    path = write(COMPLETE)
    monkeypatch.chdir("/")
    settings = load_settings(Path(os.path.relpath(path)))
    assert settings.data == tmp_path / "var/data"
    assert settings.directory == tmp_path / "network/directory.json"
    assert settings.keys.folder == tmp_path / "secret/keys"
    assert settings.keys.passphrase_file == tmp_path / "secret/passphrase"
    assert settings.broker.password_file == tmp_path / "secret/broker"
    tls = settings.broker.tls
    assert (tls.ca_file, tls.cert_file, tls.key_file) == tuple(
        tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem")
    )
    assert settings.peers["UZ-CC"].password_file == tmp_path / "secret/UZ-CC"


def test_load_absolute_path_stays_and_tilde_is_the_home_folder(write, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    settings = load_settings(write(LEAST + 'data = "~/data"\nagreements = "/etc/agreements"\n'))
    assert settings.data == Path("/home/somebody/data")
    assert settings.agreements == Path("/etc/agreements")


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("SARBON_EPOCH", "2027", lambda s: s.epoch),
        ("SARBON_BROKER__URL", "amqps://u@other:1/v", lambda s: s.broker.url),
        ("SARBON_BROKER__PREFIX", "p.", lambda s: s.broker.prefix),
        ("SARBON_LOG__LEVEL", "error", lambda s: s.log.level),
        ("SARBON_DATA", "/elsewhere", lambda s: str(s.data)),
        ("SARBON_KEYS__PASSPHRASE_FILE", "/run/passphrase", lambda s: str(s.keys.passphrase_file)),
    ],
)
def test_load_environment_wins_over_the_file_and_leaves_the_rest(write, monkeypatch, name, value, read):
    path = write(COMPLETE)
    before = load_settings(path)
    monkeypatch.setenv(name, value)
    settings = load_settings(path)
    assert read(before) != value
    assert read(settings) == value
    assert settings.broker.password_file == before.broker.password_file
    assert settings.log.form == before.log.form


def test_load_relative_path_from_the_environment_is_of_the_files_folder(write, monkeypatch, tmp_path):
    monkeypatch.setenv("SARBON_DATA", "other")
    assert load_settings(write(LEAST)).data == tmp_path / "other"


def test_load_table_only_in_the_environment_is_taken(write, monkeypatch):
    monkeypatch.setenv("SARBON_BROKER__URL", "amqp://u@host:1/v")
    assert load_settings(write(LEAST)).broker.url == "amqp://u@host:1/v"


def test_load_peers_as_json_in_the_environment_are_taken(write, monkeypatch):
    monkeypatch.setenv("SARBON_PEERS", '{"UZ-CC": {"url": "amqp://u@other:1/v"}}')
    settings = load_settings(write(LEAST + PEER))
    assert settings.peers["UZ-CC"].url == "amqp://u@other:1/v"


def test_load_other_variables_of_the_program_are_no_settings(write, monkeypatch):
    monkeypatch.setenv("SARBON_CONFIG", "node.toml")
    monkeypatch.setenv("SARBON_AMQP_URL", "amqp://u@host:1/v")
    assert load_settings(write(LEAST)).authority == "AZ-SCC"


@pytest.mark.parametrize(
    ("text", "written", "meant"),
    [
        (LEAST + 'fingerprnt = "x"\n', "fingerprnt", "fingerprint"),
        ('authorty = "AZ-SCC"\nnetwork = "n"\n', "authorty", "authority"),
        (LEAST + "[keys]\nfoldr = 1\n", "keys.foldr", "keys.folder"),
        (LEAST + "[log]\nlevl = 1\n", "log.levl", "log.level"),
        (LEAST + BROKER + "ulr = 1\n", "broker.ulr", "broker.url"),
        (LEAST + BROKER + "pasword_file = 1\n", "broker.pasword_file", "broker.password_file"),
        (LEAST + PEER + "ulr = 1\n", "peers.UZ-CC.ulr", "peers.*.url"),
        (
            LEAST + PEER + '[peers.UZ-CC.tls]\nca_file = "x"\nkeyfile = 1\n',
            "peers.UZ-CC.tls.keyfile",
            "peers.*.tls.key_file",
        ),
        (LEAST + 'passphrase_file = "x"\n', "passphrase_file", "keys.passphrase_file"),
        (LEAST + '[brokr]\nurl = "x"\n', "brokr", None),
        (LEAST + "zzzzqqq = 1\n", "zzzzqqq", None),
    ],
)
def test_load_unknown_name_is_refused_with_the_nearest_known(write, text, written, meant):
    error = refused(write(text))
    assert error.code == "settings.unknown"
    assert error.message.endswith(f"there is no setting {written}")
    expected = f"did you mean {meant}?" if meant else "docs/operators.md lists every setting"
    assert error.hint == expected


def test_load_unknown_name_in_the_environment_of_a_table_is_refused(write, monkeypatch):
    monkeypatch.setenv("SARBON_BROKER__ULR", "x")
    error = refused(write(LEAST + BROKER))
    assert (error.code, error.hint) == ("settings.unknown", "did you mean broker.url?")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "authority"),
        ('authority = "AZ-SCC"\n', "network"),
        ('authority = "az"\nnetwork = "n"\n', "authority"),
        ('authority = 3\nnetwork = "n"\n', "authority"),
        (LEAST + "data = 3\n", "data"),
        (LEAST + 'epoch = "a b"\n', "epoch"),
        (LEAST + "[log]\nlevel = 3\n", "log.level"),
        (LEAST + '[log]\nform = "xml"\n', "log.form"),
        (LEAST + 'broker = "amqp://u@h/v"\n', "broker"),
        (LEAST + '[broker]\nurl = "http://u@h/v"\n', "broker.url"),
        (LEAST + '[broker]\nurl = "amqp://u@h"\n', "broker.url"),
        (LEAST + "[broker]\nprefix = 'x'\n", "broker.url"),
        (LEAST + BROKER + "[broker.tls]\n", "broker.tls.ca_file"),
        (LEAST + BROKER + '[broker.tls]\nca_file = "ca"\n', "broker"),
        (LEAST + '[broker]\nurl = "amqps://u@h/v"\n', "broker"),
        (LEAST + '[peers.UZ_CC]\nurl = "amqp://u@h/v"\n', "peers.UZ_CC"),
        (LEAST + "[peers.UZ-CC]\n", "peers.UZ-CC.url"),
    ],
)
def test_load_wrong_value_names_where_it_is(write, text, where):
    error = refused(write(text))
    assert error.code == "settings.invalid"
    assert f": {where}" in error.message


def test_load_wrong_value_is_not_quoted(write):
    error = refused(write(LEAST + '[broker]\nurl = "http://u:planted-secret@h/v"\n'))
    assert "planted-secret" not in error.message + error.hint


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("SARBON_LOG__LEVEL", "loud", "log.level"),
        ("SARBON_LOG", "not JSON", '"log"'),
        ("SARBON_PEERS", "{", '"peers"'),
        ("SARBON_BROKER", "not JSON", "broker"),
    ],
)
def test_load_wrong_value_in_the_environment_is_refused(write, monkeypatch, name, value, where):
    monkeypatch.setenv(name, value)
    error = refused(write(LEAST))
    assert error.code == "settings.invalid"
    assert where in error.message


@pytest.mark.parametrize(
    "raw",
    [b"authority = \n", b"[broker\n", b"\xff\xfea\0", b'authority = "\xf5"', b"a=1\na=2\n"],
)
def test_load_malformed_toml_is_refused(tmp_path, raw):
    path = tmp_path / "node.toml"
    path.write_bytes(raw)
    error = refused(path)
    assert error.code == "settings.malformed"
    assert "UTF-8" in error.hint


@pytest.mark.parametrize("place", ["absent.toml", "."])
def test_load_file_that_is_not_there_names_init(tmp_path, place):
    error = refused(tmp_path / place)
    assert error.code == "settings.missing"
    assert "sarbon init" in error.hint


def test_settings_loaded_cannot_be_changed(write):
    settings = load_settings(write(COMPLETE))
    with pytest.raises(ValueError, match="frozen"):
        settings.authority = "UZ-CC"
    with pytest.raises(ValueError, match="frozen"):
        settings.broker.url = "amqp://x@y/z"


@pytest.mark.parametrize("path", CONFIG, ids=lambda path: path.parent.name)
def test_load_shipped_configuration_is_complete(path):
    settings = load_settings(path)
    assert settings.authority.lower() == path.parent.name
    assert settings.broker is not None
    others = {one.parent.name for one in CONFIG} - {path.parent.name}
    assert {peer.lower() for peer in settings.peers} == others
    assert list(settings.agreements.glob("*.toml"))


def test_load_shipped_configurations_are_three_of_one_network():
    found = [load_settings(path) for path in CONFIG]
    assert len(found) == 3
    assert {settings.network for settings in found} == {"iren.example"}


def test_known_names_lists_every_setting_once():
    names = list(known_names())
    assert len(names) == len(set(names))
    assert {"authority", "keys.passphrase_file", "broker.tls.ca_file", "peers.*.url"} <= set(names)
    assert {"log.level", "peers.*.tls.key_file"} <= set(names)
    assert not {"keys", "broker", "peers", "log"} & set(names)


def test_passphrase_from_credential_is_read_without_its_newline(tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert passphrase_from_credential() is None
    (tmp_path / "sarbon-passphrase").write_bytes(b" pass phrase \n")
    assert passphrase_from_credential() == b" pass phrase "


def test_passphrase_from_credential_without_systemd_is_none(monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert passphrase_from_credential() is None
