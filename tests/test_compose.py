"""docker-compose.yml and what belongs to it, checked without a Docker engine."""

import base64
import hashlib
import importlib.util
import json
import re
import stat
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from node import __version__
from node.cli.commands import open_node
from node.settings import load_settings

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IDS = sorted(path.parent.name for path in (ROOT / "config").glob("*/node.toml"))
NODES, BROKERS = [f"node-{id_}" for id_ in IDS], [f"broker-{id_}" for id_ in IDS]
KNOWN = {  # the members of a service that this file uses; a misspelt one must not pass
    "image",
    "build",
    "user",
    "read_only",
    "tmpfs",
    "restart",
    "stop_grace_period",
    "healthcheck",
    "cap_drop",
    "security_opt",
    "logging",
    "network_mode",
    "networks",
    "volumes",
    "depends_on",
    "environment",
    "hostname",
}


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "config" / "compose" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings_of(id_):
    return tomllib.loads((ROOT / "config" / id_ / "node.toml").read_text())


def mounts(service):
    return [entry.split(":") for entry in SERVICES[service].get("volumes", [])]


def mounted(service, target):
    return next(source for source, at, *_ in mounts(service) if at == target)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ceremony")
    assert script("ceremony").main([str(folder), "--config", str(ROOT / "config"), "--cheap"]) == 0
    return folder


def test_compose_services_are_a_node_and_a_broker_for_each_authority_and_one_ceremony():
    assert set(COMPOSE) == {
        "name",
        "x-hardened",
        "x-node",
        "x-broker",
        "services",
        "networks",
        "volumes",
    }
    assert sorted(SERVICES) == sorted(["ceremony", *NODES, *BROKERS])


@pytest.mark.parametrize("name", SERVICES)
def test_compose_service_has_known_members_only(name):
    assert SERVICES[name].keys() - {"<<"} <= KNOWN


@pytest.mark.parametrize("name", SERVICES)
def test_compose_service_refers_to_what_exists(name):
    service = SERVICES[name]
    assert set(service.get("networks", [])) <= COMPOSE["networks"].keys()
    assert set(service.get("depends_on", {})) <= SERVICES.keys()
    for source, target, *mode in mounts(name):
        assert target.startswith("/")
        assert mode in ([], ["ro"])
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert mode == ["ro"]
        else:
            assert source in COMPOSE["volumes"]


def test_compose_volumes_and_networks_are_all_used():
    used = {source for name in SERVICES for source, *_ in mounts(name) if not source.startswith(".")}
    assert used == COMPOSE["volumes"].keys()
    assert {net for one in SERVICES.values() for net in one.get("networks", [])} == set(
        COMPOSE["networks"]
    )


@pytest.mark.parametrize("name", SERVICES)
def test_compose_service_has_no_capability_and_is_not_root(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in {"root", "0", "0:0"}
    assert "privileged" not in service
    assert "ports" not in service


@pytest.mark.parametrize("name", [*NODES, "ceremony"])
def test_compose_own_service_is_read_only_with_the_images_user_and_version(name):
    service = SERVICES[name]
    user, group = service["user"].split(":")
    assert service["read_only"] is True
    assert f"--uid {user}" in DOCKERFILE
    assert f"--gid {group}" in DOCKERFILE
    assert service["image"].endswith(f":{__version__}")


@pytest.mark.parametrize("name", BROKERS)
def test_compose_broker_is_rabbitmq_4_with_our_settings(name):
    assert re.match(r"rabbitmq:4\.\d+(\.\d+)?-alpine$", SERVICES[name]["image"])
    assert SERVICES[name]["hostname"] == name
    assert mounted(name, "/etc/rabbitmq/conf.d/20-sarbon.conf") == "./config/compose/rabbitmq.conf"


@pytest.mark.parametrize("id_", IDS)
def test_compose_authority_is_alone_on_its_network_and_in_its_volumes(id_):
    theirs = {f"node-{id_}", f"broker-{id_}"}
    assert {name for name in SERVICES if id_ in SERVICES[name].get("networks", [])} == theirs
    for volume in (f"{id_}-node", f"{id_}-definitions", f"{id_}-queues"):
        sharing = {name for name in SERVICES if volume in [source for source, *_ in mounts(name)]}
        assert sharing <= theirs | {"ceremony"}
    assert all(network["internal"] for network in COMPOSE["networks"].values())


@pytest.mark.parametrize("id_", IDS)
def test_compose_start_order_is_ceremony_then_broker_then_node(id_):
    broker, node = SERVICES[f"broker-{id_}"], SERVICES[f"node-{id_}"]
    assert broker["depends_on"] == {"ceremony": {"condition": "service_completed_successfully"}}
    assert node["depends_on"] == {f"broker-{id_}": {"condition": "service_healthy"}}
    assert broker["healthcheck"]["test"][0] == node["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("id_", IDS)
def test_compose_node_finds_its_settings_agreements_and_brokers(id_):
    service, settings = SERVICES[f"node-{id_}"], settings_of(id_)
    config = Path(service["environment"]["SARBON_CONFIG"])
    assert config == Path(f"/sarbon/{id_}/node.toml")
    assert mounted(f"node-{id_}", str(config.parent)) == f"{id_}-node"
    agreements = (config.parent / settings["agreements"]).as_posix().replace(f"/{id_}/..", "")
    assert mounted(f"node-{id_}", agreements) == "./config/agreements"
    for owner, account in [(id_.upper(), settings["broker"]), *settings["peers"].items()]:
        url = urlsplit(account["url"])
        broker = SERVICES[url.hostname]
        assert url.hostname == f"broker-{owner.lower()}"
        assert set(broker["networks"]) & set(service["networks"])
        assert f"listeners.tcp.default = {url.port}\n" in rabbitmq_conf()


def rabbitmq_conf():
    return (ROOT / "config" / "compose" / "rabbitmq.conf").read_text()


def test_rabbitmq_conf_reads_the_definitions_where_compose_mounts_them():
    path = re.search(r"^definitions\.local\.path = (.+)$", rabbitmq_conf(), re.MULTILINE)[1]
    for id_ in IDS:
        assert mounted(f"broker-{id_}", str(Path(path).parent)) == f"{id_}-definitions"
        assert mounted("ceremony", f"/ceremony/out/{id_}/broker") == f"{id_}-definitions"
        assert mounted("ceremony", f"/ceremony/out/{id_}/node") == f"{id_}-node"


def test_dockerfile_has_every_stage_and_every_path_it_names():
    stages = re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)
    names = [name for _, name in stages]
    bases = {base for base, _ in stages} - set(names)
    assert bases == {"python:3.11-slim-bookworm"}
    assert {one["build"]["target"] for one in SERVICES.values() if "build" in one} <= set(names)
    for options, paths in re.findall(r"^COPY (--\S+ )?(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = paths.split()
        if options.startswith("--from="):
            assert options.strip().removeprefix("--from=") in names
            continue
        for source in sources:
            assert (ROOT / source).exists(), source


def test_dockerignore_lets_through_what_the_dockerfile_copies_and_no_key():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source.partition("/")[0]
        for options, paths in re.findall(r"^COPY (--\S+ )?(.+)$", DOCKERFILE, re.MULTILINE)
        if not options.startswith("--from=")
        for source in paths.split()[:-1]
    }
    assert copied == let_in
    assert {"config/**/keys", "config/**/passphrase", "config/**/data"} <= set(ignored)


@pytest.mark.parametrize("id_", IDS)
def test_ceremony_definitions_give_each_account_in_the_settings_its_password(id_, out):
    home = out / id_ / "node"
    settings = load_settings(home / "node.toml")
    for owner, account in [(id_.upper(), settings.broker), *settings.peers.items()]:
        url = urlsplit(account.url)
        definitions = json.loads((out / owner.lower() / "broker" / "definitions.json").read_text())
        assert {"name": url.path.removeprefix("/")} in definitions["vhosts"]
        user = next(row for row in definitions["users"] if row["name"] == url.username)
        hashed = base64.b64decode(user["password_hash"])
        password = account.password_file.read_bytes()
        assert hashed[4:] == hashlib.sha256(hashed[:4] + password).digest()
        rights = next(row for row in definitions["permissions"] if row["user"] == url.username)
        assert rights["vhost"] == url.path.removeprefix("/")
        own = rights["read"] != "^$"
        assert own is (owner == id_.upper())


@pytest.mark.parametrize("id_", IDS)
def test_ceremony_national_host_is_as_the_settings_show_it_where_they_are_uncommented(id_, out):
    home = out / id_ / "node"
    shown = re.search(
        r"^# \[national\].*\n# (url = .*)\n# (password_file = .*)$", config_of(id_), re.MULTILINE
    )
    account = tomllib.loads("\n".join(shown.groups()))
    url = urlsplit(account["url"])
    definitions = json.loads((out / id_ / "broker" / "definitions.json").read_text())
    assert url.hostname == f"broker-{id_}"
    assert {"name": url.path.removeprefix("/")} in definitions["vhosts"]
    user = next(row for row in definitions["users"] if row["name"] == url.username)
    hashed = base64.b64decode(user["password_hash"])
    password = (home / account["password_file"]).read_bytes()
    assert hashed[4:] == hashlib.sha256(hashed[:4] + password).digest()


@pytest.mark.parametrize("id_", IDS)
def test_settings_examples_of_doors_are_valid_where_they_are_uncommented(id_, tmp_path):
    file = tmp_path / "node.toml"
    file.write_text(re.sub(r"^# (?=\[|[a-z_]+ = )", "", config_of(id_), flags=re.MULTILINE))
    settings = load_settings(file)
    assert settings.api is not None
    assert settings.national is not None
    assert settings.folders.keys() == {"terminal"}


def config_of(id_):
    return (ROOT / "config" / id_ / "node.toml").read_text()


@pytest.mark.parametrize("id_", IDS)
def test_ceremony_settings_are_those_of_config_with_the_fingerprint(id_, out):
    made = (out / id_ / "node" / "node.toml").read_text()
    shipped = (ROOT / "config" / id_ / "node.toml").read_text()
    fingerprint = tomllib.loads(made)["fingerprint"]
    assert len(fingerprint) == 43
    assert made == shipped.replace('fingerprint = ""', f'fingerprint = "{fingerprint}"')


@pytest.mark.parametrize("id_", IDS)
def test_ceremony_node_opens_with_its_directory_and_agreements(id_, out):
    (out / id_ / "agreements").symlink_to(ROOT / "config" / "agreements")
    node = open_node(load_settings(out / id_ / "node" / "node.toml"))
    try:
        assert sorted(node.directory.authorities) == [other.upper() for other in IDS]
        assert {one.digest for one in node.agreements.values()} <= node.directory.agreements
        assert len(node.agreements) == len(IDS) - 1
    finally:
        node.close()


def test_ceremony_files_with_secrets_are_their_owners_alone(out):
    for path in out.rglob("*"):
        if path.is_file() and path.name != "definitions.json":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_ceremony_run_again_changes_nothing(out, capsys):
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert script("ceremony").main([str(out), "--config", str(ROOT / "config"), "--cheap"]) == 0
    assert "founded already" in capsys.readouterr().out
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}


def test_ping_without_a_node_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SARBON_CONFIG", str(tmp_path / "node.toml"))
    assert script("ping").main() == 1
    assert "no answer" in capsys.readouterr().out
