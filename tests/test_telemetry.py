import base64
import io
import json
import logging
from datetime import datetime
from pathlib import Path

import orjson
import pytest
import structlog

from node import telemetry
from node.daemon.node import wall_clock
from node.demo.corridor import hand_over
from node.store.database import Database
from node.store.record import Records


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _as_before():
    levels = {name: logging.getLogger(name).level for name in ("", "aiormq", "aio_pika")}
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def stream():
    return io.StringIO()


def configure(stream, *, level="info", form="json", authority="AZ-SCC"):
    telemetry.configure(level=level, form=form, authority=authority, stream=stream)
    return structlog.get_logger()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_form_is_one_object_a_line_with_who_when_and_how_bad(stream):
    log = configure(stream)
    log.info("message.sealed", message_id="0190", size_bytes=7, ratio=0.5, is_new=True, ref=None)
    log.warning("broker.lost")
    first, second = lines(stream)
    assert datetime.fromisoformat(first.pop("timestamp")).utcoffset().total_seconds() == 0
    assert first == {
        "event": "message.sealed",
        "level": "info",
        "authority": "AZ-SCC",
        "message_id": "0190",
        "size_bytes": 7,
        "ratio": 0.5,
        "is_new": True,
        "ref": None,
    }
    assert (second["event"], second["level"]) == ("broker.lost", "warning")


def test_console_form_is_one_readable_line(stream):
    configure(stream, form="console").info("message.sealed", message_id="0190")
    (line,) = stream.getvalue().splitlines()
    assert "message.sealed" in line
    assert "message_id=0190" in line
    assert "authority=AZ-SCC" in line
    assert "\x1b" not in line


@pytest.mark.parametrize(("stream", "is_json"), [(io.StringIO(), True), (Terminal(), False)])
def test_auto_form_is_console_at_a_terminal_and_json_elsewhere(stream, is_json):
    configure(stream, form="auto").info("node.started")
    assert stream.getvalue().startswith("{") is is_json


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("debug", ["debug", "info", "warning", "error", "critical"]),
        ("info", ["info", "warning", "error", "critical"]),
        ("warning", ["warning", "error", "critical"]),
        ("error", ["error", "critical"]),
    ],
)
def test_level_lets_only_what_is_as_bad_pass(stream, level, shown):
    log = configure(stream, level=level)
    for method in ("debug", "info", "warning", "error", "critical"):
        getattr(log, method)("event")
    assert [line["level"] for line in lines(stream)] == shown


def test_configure_again_replaces_authority_and_stream(stream):
    configure(stream, authority="UZ-CC")
    again = io.StringIO()
    configure(again, authority="AZ-SCC").info("node.started")
    assert stream.getvalue() == ""
    assert lines(again)[0]["authority"] == "AZ-SCC"


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "value",
    [
        b"planted-secret",
        bytearray(b"planted-secret"),
        {"name": "planted-secret"},
        ["planted-secret"],
        ("planted-secret",),
        {"planted-secret"},
        Path("planted-secret"),
        ValueError("planted-secret"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_that_is_not_plain_leaves_only_the_name_of_its_type(stream, form, value):
    configure(stream, form=form).info("event", value=value)
    assert "planted-secret" not in stream.getvalue()
    assert f"<{type(value).__name__}>" in stream.getvalue()


def test_bound_value_that_is_not_plain_is_held_back_too(stream):
    configure(stream).bind(document=b"planted-secret").info("event")
    assert lines(stream)[0]["document"] == "<bytes>"


@pytest.mark.parametrize(("length", "shown"), [(256, 256), (257, 257), (100_000, 257)])
def test_long_text_is_cut(stream, length, shown):
    configure(stream).info("event", fact="x" * length)
    (line,) = lines(stream)
    assert len(line["fact"]) == shown
    assert line["fact"].endswith("…") is (length > 256)


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "text", ["one\nforged line", "one\r\nforged", "\x1b[2Jgone", "\u2028", "\udcff"]
)
def test_text_that_would_forge_a_line_or_command_a_terminal_is_escaped(stream, form, text):
    log = configure(stream, form=form)
    log.info("event", fact=text)
    log.info(text)
    assert len(stream.getvalue().encode().splitlines()) == 2
    assert all(character == "\n" or character.isprintable() for character in stream.getvalue())


def test_exception_is_shown_with_its_trace(stream):
    log = configure(stream)
    try:
        int("the \x1b[2J fact " + "x" * 300)
    except ValueError:
        log.exception("node.failed")
    (line,) = lines(stream)
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert "x" * 100 in line["exception"]
    assert "\x1b" not in line["exception"]


def test_configure_silences_what_the_broker_library_says_twice(stream):
    configure(stream)
    assert not logging.getLogger("aiormq.connection").isEnabledFor(logging.ERROR)
    assert not logging.getLogger("aio_pika.exchange").isEnabledFor(logging.ERROR)


# --- planted secrets ---------------------------------------------------------------------------

PLANTED = ("PLANTEDFREETEXT", "PLANTEDPARTYNAME", "PLANTEDGOODS", "PLANTEDBADMEMBER")


def planted_documents(folder, authority, peer):
    """Take today's alerts and notices and put markers into what people wrote and into names."""
    for path in hand_over(authority, folder, now=wall_clock()):
        found = map(json.loads, path.read_bytes().splitlines())
        full = [one for one in found if "summary" in one or one["consignments"]]
        for number, document in enumerate(full[:5]):
            document["recipients"] = [peer]
            document["reference"] = f"{authority[:2]}-PLANT-{path.stem[0].upper()}-{number}"
            document.pop("related", None)
            if "summary" in document:
                document["summary"] = f"{PLANTED[0]} in a summary"
            else:
                consignment = document["consignments"][0]
                consignment["consignor"]["organisation"] = {"name": f"{PLANTED[1]} LLC"}
                consignment["goods"][0]["description"] = f"{PLANTED[2]} in boxes"
            yield document


def spellings(secret):
    """Every way in which bytes could have got into a text."""
    yield repr(secret)[2:-1]
    yield secret.hex()
    yield secret.hex().upper()
    yield base64.b64encode(secret).decode().rstrip("=")
    yield base64.urlsafe_b64encode(secret).decode().rstrip("=")
    if secret.isascii():
        yield secret.decode()


def secrets_of(stage, authority):
    keyring = stage.keys(authority)
    yield from (keyring.log.ed25519_seed, keyring.log.mldsa44_seed)
    yield from (keyring.witness.seed, keyring.holder.seed)
    yield from (key.seed for key in keyring.encryption)
    home = stage.home(authority)
    yield (home / "passphrase").read_bytes()
    yield from (path.read_bytes() for path in home.glob("*.password"))
    database = Database.open(home / "data" / "node.db")
    records = Records(database)
    for table in ("sent", "received"):
        yield from (row["salt"] for row in records.rows(table, before=2**62) if row["salt"])
    database.close()


def wait_until_answered(stage, authorities):
    """Ask the CLI's own question until no lane is open; each asking takes its time."""
    for _ in range(60):
        databases = [Database.open(stage.home(name) / "data" / "node.db") for name in authorities]
        counts = [Records(database).counts() for database in databases]
        for database in databases:
            database.close()
        if all(not count.get("out.sealed") and count.get("in.accepted") == 10 for count in counts):
            return
        for name in authorities:
            stage.command(name, "inbox", "--limit", "1")
    raise AssertionError(f"not answered: {counts}")


@pytest.mark.broker
def test_logs_of_an_exchange_at_debug_level_hold_no_secret_and_no_content(make_stage):
    both = ("AZ-SCC", "UZ-CC")
    stage = make_stage(*both)
    for authority in both:
        with stage.config(authority).open("a") as config:
            config.write('\n[log]\nlevel = "debug"\n')
        stage.run_node(authority)
    printed = []
    for authority, peer in (both, both[::-1]):
        stage.wait_until_connected(authority)
        home = stage.home(authority)
        good = home / "planted.jsonl"
        documents = list(planted_documents(home / "documents", authority, peer))
        good.write_bytes(b"\n".join(map(orjson.dumps, documents)))
        result = stage.command(authority, "send", str(good))
        assert result.returncode == 0, result.stderr
        bad = home / "bad.jsonl"
        unknown = {**documents[0], PLANTED[3]: PLANTED[3]}
        taken = {**documents[0], "priority": "urgent"}
        broken = orjson.dumps(documents[1])[:-20]
        bad.write_bytes(b"\n".join([orjson.dumps(unknown), orjson.dumps(taken), broken]))
        result = stage.command(authority, "send", str(bad))
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) >= 3
        printed += [result.stdout, result.stderr]
    wait_until_answered(stage, both)
    printed += [stage.command(name, "inbox").stdout for name in both]
    assert stage.stop_nodes() == []
    logs = [(stage.home(authority) / "node.log").read_text() for authority in both]
    for log in logs:
        events = {json.loads(line)["event"] for line in log.splitlines()}
        assert {"node.started", "message.sealed", "message.refused", "bundle.published"} <= events
    everything = "\n".join(logs + printed)
    for marker in PLANTED:
        assert marker.lower() not in everything.lower()
    secrets = [secret for authority in both for secret in secrets_of(stage, authority)]
    assert len(secrets) >= 2 * (5 + 1 + 1) + 20
    for secret in secrets:
        for spelling in spellings(secret):
            assert spelling not in everything
