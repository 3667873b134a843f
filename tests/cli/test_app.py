import errno
import stat
import tomllib

import orjson
import pytest
import typer

from node.cli.app import app, exit_code, passphrase_of, print_error
from node.errors import CallerError, OperatorError, PeerError, Refusal
from node.settings import load_settings


@pytest.fixture
def raising(sarbon):
    """Add a command that raises what a test wants, and run it through `main`."""
    raised = []

    def fail() -> None:
        raise raised[0]

    app.command("fail", hidden=True)(fail)

    def run(error, *arguments):
        raised[:] = [error]
        return sarbon("fail", *arguments)

    yield run
    app.registered_commands.pop()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CallerError("a.b", "fact", hint="do"), 1),
        (PeerError(Refusal.KEY_EXPIRED, "fact", hint="do"), 1),
        (OperatorError("a.b", "fact", hint="do"), 3),
    ],
    ids=lambda value: type(value).__name__,
)
def test_main_known_error_is_code_fact_hint_and_whose_fault(raising, error, code):
    result = raising(error)
    assert exit_code(error) == result.code == code
    assert result.err == f"sarbon: {error.code}: fact\n  hint: do\n"
    assert result.out == ""


def test_main_unforeseen_refusal_of_the_system_is_an_operators_error(raising):
    result = raising(OSError(errno.ENOSPC, "No space left on device", "out.json"))
    assert result.code == 3
    assert result.err.startswith("sarbon: system.refused: out.json: No space left on device\n  hint: ")


def test_main_defect_of_the_program_is_neither_refused_nor_done(raising):
    result = raising(LookupError("a defect"))
    assert result.code == 4
    assert "LookupError: a defect" in result.err


def test_print_error_with_pointer_shows_it(capsys):
    error = CallerError("document.invalid", "fact", pointer="/a/0")
    print_error(error, as_json=False)
    assert capsys.readouterr().err == "sarbon: document.invalid at /a/0: fact\n"
    print_error(error, as_json=True)
    assert orjson.loads(capsys.readouterr().err) == {
        "error": {"code": "document.invalid", "message": "fact", "hint": "", "pointer": "/a/0"}
    }


def settings(tmp_path, keys=""):
    path = tmp_path / "node.toml"
    path.write_text(f'authority = "AZ-SCC"\nnetwork = "iren.example"\n[keys]\n{keys}')
    return load_settings(path)


def private(path, raw):
    path.write_bytes(raw)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("raw", [b"six words", b"six words\n", b"six words\r\n"])
def test_passphrase_from_its_file_has_no_line_end(tmp_path, raw):
    private(tmp_path / "pass", raw)
    assert passphrase_of(settings(tmp_path, 'passphrase_file = "pass"')) == b"six words"


def test_passphrase_file_that_others_may_read_is_refused(tmp_path):
    private(tmp_path / "pass", b"x").chmod(0o640)
    with pytest.raises(OperatorError) as raised:
        passphrase_of(settings(tmp_path, 'passphrase_file = "pass"'))
    assert raised.value.code == "key.open_permissions"


def test_passphrase_as_credential_of_the_service_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "sarbon-passphrase").write_bytes(b"six words\n")
    assert passphrase_of(settings(tmp_path)) == b"six words"


@pytest.mark.parametrize("stdin", [b"", b"typed\n"])
def test_passphrase_without_terminal_is_refused_not_read_from_the_input(home, sarbon, stdin):
    config = home / "node.toml"
    config.write_text(config.read_text().replace("passphrase_file", "# passphrase_file"))
    result = sarbon("send", "alert.json", stdin=stdin)
    assert result.code == 3
    assert "sarbon: passphrase.absent: " in result.err
    assert "hint: set keys.passphrase_file" in result.err


def test_network_join_writes_the_fingerprint_where_the_settings_said(network, sarbon):
    home = network.home("UZ-CC")
    config = home / "node.toml"
    fingerprint = tomllib.loads(config.read_text())["fingerprint"]
    directory = home / "directory.json"
    for line in ('fingerprint = ""', '# fingerprint = "..."   # comment', ""):
        text = config.read_text().splitlines()
        kept = [one for one in text if not one.lstrip("# ").startswith("fingerprint")]
        config.write_text("\n".join([*kept[:2], line, *kept[2:]]) + "\n")
        result = sarbon("network", "join", directory, "--fingerprint", fingerprint, "--config", config)
        assert result.code == 0, result.err
        assert tomllib.loads(config.read_text())["fingerprint"] == fingerprint
        assert load_settings(config).authority == "UZ-CC"


def test_init_settings_it_wrote_can_be_loaded_and_are_the_ones_asked_for(tmp_path, sarbon):
    file = private(tmp_path / "pass", b"six words")
    arguments = ("--network", "n.example", "--name", "Customs", "--units", "PCU-1,,PCU-2")
    folder = tmp_path / "made" / "deep"
    result = sarbon(
        "init", "AZ-SCC", *arguments, "--folder", folder, "--passphrase-file", file, "--json"
    )
    assert result.code == 0, result.err
    (made,) = result.json
    assert made["authority"] == "AZ-SCC"
    loaded = load_settings(folder / "node.toml")
    assert loaded.origin == "n.example/az-scc/1"
    assert loaded.keys.passphrase_file == file
    assert stat.S_IMODE((folder / "data" / "node.db").stat().st_mode) == 0o600
    assert b"PCU-2" in (folder / "card.json").read_bytes()


@pytest.mark.parametrize("authority", ["az", "AZSCC", "AZ-", "AZ-scc", "../AZ-SCC"])
def test_init_name_that_is_no_authority_is_refused_and_makes_no_key(tmp_path, sarbon, authority):
    folder = tmp_path / "made"
    result = sarbon("init", authority, "--network", "n.example", "--name", "x", "--folder", folder)
    assert result.code == 3
    assert "settings.invalid" in result.err
    assert not (folder / "keys").exists()


def test_schemas_check_of_the_published_ones_is_up_to_date(sarbon, request):
    result = sarbon(
        *("schemas", "--check", "--folder", request.config.rootpath / "schemas"),
        *("--docs", request.config.rootpath / "docs"),
    )
    assert (result.code, result.out) == (0, "schemas: up to date\n")


def test_schemas_stale_are_named_by_check_and_written_without_it(tmp_path, sarbon):
    checked = sarbon("schemas", "--check", "--folder", tmp_path)
    assert checked.code == 3
    assert "schemas.stale" in checked.err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "conversations.md").write_text(
        "<!-- begin alert-agreed -->\n<!-- end alert-agreed -->\n"
    )
    places = ("--folder", tmp_path, "--docs", tmp_path)
    assert sarbon("schemas", *places).code == 0
    assert sarbon("schemas", "--check", *places).code == 0
    assert "stateDiagram-v2" in (tmp_path / "conversations.md").read_text()


def test_broker_definitions_hold_a_hash_and_never_the_password(home, sarbon):
    folder = home / "broker-passwords"
    folder.mkdir()
    private(folder / "node", b"planted-password\n")
    result = sarbon("broker", "definitions")
    assert result.code == 0
    value = orjson.loads(result.out)
    assert len(value["users"]) == 3
    assert "planted-password" not in result.out


def test_typer_prints_no_locals_of_a_crash():
    assert isinstance(app, typer.Typer)
    assert app.pretty_exceptions_enable is False
