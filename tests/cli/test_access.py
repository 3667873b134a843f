"""systems and tokens on the command line: with a running node and without one the same."""

import asyncio
import contextlib
import re
import socket
import threading

import pytest

from node.daemon.access_desk import AccessDesk
from node.gateway import local
from node.national.scopes import ROLES, Role
from node.national.token import read_token
from node.settings import SOCKET_NAME

ADD = ("systems", "add", "risk-engine", "--title", "Risk engine", "--role", "system")
NARROW = ("--units", "PCU-ALYAT, HQ", "--types", "alert,hit", "--offices", "AZ001004")
FORM = r"sarbon_[0-9a-z]{12}_[A-Za-z0-9_-]{43}"


@contextlib.contextmanager
def serving(stage, authority):
    """Serve the access desk of a node from a thread, as its process does."""
    started, loop = threading.Event(), asyncio.new_event_loop()
    path = stage.home(authority) / "data" / SOCKET_NAME
    stopping = []

    async def run():
        node = stage.node(authority)
        desk = AccessDesk(node)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(node.committer.run()),
                group.create_task(local.serve(path, desk.act)),
            ]
            stopping.append(lambda: [task.cancel() for task in tasks])
            while not path.exists():  # noqa: ASYNC110 - served by another task of this loop
                await asyncio.sleep(0)
            started.set()
        node.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert started.wait(20)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopping[0])
        thread.join(20)
        loop.close()


@pytest.fixture(params=["alone", "running"])
def way(request, network, home):
    """Both ways of a command: the node runs, or it does not."""
    assert home.is_dir()
    if request.param == "alone":
        yield request.param
        return
    with serving(network, "AZ-SCC"):
        yield request.param


@pytest.fixture
def added(way, sarbon):
    assert sarbon(*ADD, *NARROW).code == 0
    return way


def test_system_is_added_and_shown_as_it_was_written(added, sarbon):
    (shown,) = sarbon("systems", "show", "risk-engine", "--json").json
    assert re.fullmatch("[A-Za-z0-9_-]{43}", shown.pop("digest"))
    assert shown == {
        "id": "risk-engine",
        "title": "Risk engine",
        "role": "system",
        "units": ["HQ", "PCU-ALYAT"],
        "types": ["alert", "hit"],
        "offices": ["AZ001004"],
        "is_active": True,
    }
    assert added


def test_system_with_stars_has_everything(way, sarbon):
    assert sarbon(*ADD, "--units", "*", "--types", "*").code == 0
    (shown,) = sarbon("systems", "show", "risk-engine", "--json").json
    assert (shown["units"], shown["types"], shown["offices"]) == ("*", "*", [])
    assert way


def test_system_added_says_what_comes_next(home, sarbon):
    result = sarbon(*ADD, *NARROW)
    assert result.out.splitlines() == [
        "risk-engine: added as system",
        "  next  sarbon tokens issue risk-engine",
    ]
    assert home.is_dir()


def test_system_added_again_is_refused(added, sarbon):
    result = sarbon(*ADD, *NARROW)
    assert result.code == 1
    assert result.err.startswith("sarbon: system.exists: ")
    assert added


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [
        (("--units", "pcu", "--types", "alert"), "/units"),
        (("--units", "HQ", "--types", "alert/1"), "/types"),
        ((*NARROW, "--offices", "BAKU"), "/offices"),
    ],
)
def test_system_malformed_is_refused_at_the_member(home, sarbon, arguments, pointer):
    result = sarbon(*ADD, *arguments)
    assert result.code == 1
    assert f"system.malformed at {pointer}: " in result.err
    assert sarbon("systems", "list", "--json").out == ""
    assert home.is_dir()


def test_system_changed_keeps_the_rest(added, sarbon):
    changed = sarbon("systems", "change", "risk-engine", "--units", "*", "--offices", "", "--json").json
    (shown,) = sarbon("systems", "show", "risk-engine", "--json").json
    assert shown.pop("digest")
    assert changed == [shown]
    assert (shown["units"], shown["types"], shown["offices"]) == ("*", ["alert", "hit"], [])
    assert (shown["title"], added) in {("Risk engine", "alone"), ("Risk engine", "running")}


def test_system_disabled_and_enabled_says_whether_that_was_new(added, sarbon):
    said = [
        sarbon("systems", act, "risk-engine").out.strip()
        for act in ("disable", "disable", "enable", "enable")
    ]
    assert said == [
        "risk-engine: disabled",
        "risk-engine: had been disabled before",
        "risk-engine: enabled",
        "risk-engine: had been enabled before",
    ]
    assert added


def test_systems_are_listed_with_role_and_state(home, sarbon):
    assert sarbon("systems", "list").out == "no systems: 'sarbon systems add' makes one\n"
    sarbon(*ADD, *NARROW)
    sarbon("systems", "disable", "risk-engine")
    assert sarbon("systems", "list").out.split() == [
        "risk-engine",
        "system",
        "disabled",
        "Risk",
        "engine",
    ]
    assert home.is_dir()


def test_system_is_shown_to_people_member_by_member(home, sarbon):
    sarbon(*ADD, *NARROW)
    lines = sarbon("systems", "show", "risk-engine").out.splitlines()
    assert lines[:-1] == [
        "id       risk-engine",
        "title    Risk engine",
        "role     system",
        "units    HQ, PCU-ALYAT",
        "types    alert, hit",
        "offices  AZ001004",
        "state    active",
    ]
    assert home.is_dir()


@pytest.mark.parametrize(
    "command",
    [("show",), ("disable",), ("enable",), ("change", "--title", "T")],
    ids=lambda command: command[0],
)
def test_system_that_is_not_there_is_said_to_be_unknown(home, sarbon, command):
    name, *more = command
    result = sarbon("systems", name, "nobody", *more)
    assert result.code == 1
    assert "system.unknown" in result.err
    assert home.is_dir()


def test_token_is_printed_once_and_never_again(added, sarbon):
    result = sarbon("tokens", "issue", "risk-engine", "--days", "30")
    text, system, scopes, expires, keep = result.out.splitlines()
    shown = read_token(text)
    assert system.split() == ["system", "risk-engine"]
    assert scopes.split(maxsplit=1)[1].split(", ") == sorted(ROLES[Role.SYSTEM])
    assert re.fullmatch(r"  expires  \d{4}-\d\d-\d\dT[\d:.]+Z", expires)
    assert keep == "  Keep it now: it will not be shown again."
    later = [
        sarbon("tokens", "list").out,
        sarbon("tokens", "list", "--json").out,
        sarbon("log", "show").out,
        sarbon("log", "show", "--json").out,
    ]
    assert all(shown.id in out for out in later[:2])
    assert not any(shown.secret in out for out in later)
    assert added


def test_token_as_json_has_every_member_a_machine_needs(added, sarbon):
    scopes = ("--scope", "events:read", "--scope", "documents:send")
    (issued,) = sarbon("tokens", "issue", "risk-engine", *scopes, "--json").json
    assert re.fullmatch(FORM, issued["text"])
    assert issued["scopes"] == ["documents:send", "events:read"]
    assert issued.keys() == {
        "text",
        "id",
        "system",
        "scopes",
        "made_at",
        "expires_at",
        "revoked_at",
    }
    (listed,) = sarbon("tokens", "list", "risk-engine", "--json").json
    assert listed == {name: one for name, one in issued.items() if name != "text"} | {"state": "living"}
    assert added


def test_token_revoked_is_listed_as_such(added, sarbon):
    (issued,) = sarbon("tokens", "issue", "risk-engine", "--json").json
    said = [sarbon("tokens", "revoke", issued["id"]).out.strip() for _ in range(2)]
    assert said == [f"{issued['id']}: revoked", f"{issued['id']}: had been revoked before"]
    (listed,) = sarbon("tokens", "list", "--json").json
    assert listed["state"] == "revoked"
    assert listed["revoked_at"] is not None
    assert added


def test_tokens_of_nobody_are_none(home, sarbon):
    assert sarbon("tokens", "list").out == "no tokens: 'sarbon tokens issue' makes one\n"
    assert home.is_dir()


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (("--scope", "log:read"), 1),  # not of the role
        (("--scope", "everything"), 2),
        (("--days", "367"), 2),
        (("--days", "0"), 2),
    ],
    ids=["beyond the role", "no scope", "too long", "no day"],
)
def test_token_that_may_not_be_is_refused(home, sarbon, arguments, exit_code):
    sarbon(*ADD, *NARROW)
    result = sarbon("tokens", "issue", "risk-engine", *arguments)
    assert (result.code, result.out) == (exit_code, "")
    assert sarbon("tokens", "list", "--json").out == ""
    assert home.is_dir()


def test_acts_are_in_the_log_which_still_verifies(added, sarbon):
    (issued,) = sarbon("tokens", "issue", "risk-engine", "--json").json
    sarbon("tokens", "revoke", issued["id"])
    kinds = [row["entry"]["kind"] for row in sarbon("log", "show", "--json").json]
    assert kinds[-3:] == ["system.changed", "token.issued", "token.revoked"]
    if added == "alone":
        assert sarbon("log", "verify").code == 0


def test_socket_that_closes_without_an_answer_is_an_operators_error(network, home, sarbon):
    def hang_up(server):
        server.accept()[0].close()

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(network.home("AZ-SCC") / "data" / SOCKET_NAME))
        server.listen()
        thread = threading.Thread(target=hang_up, args=[server])
        thread.start()
        result = sarbon("systems", "disable", "risk-engine")
        thread.join(20)
    assert result.code == 3
    assert "socket.lost" in result.err
    assert home.is_dir()
