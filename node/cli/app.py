"""The command line's frame: one application, shared options, errors and exit codes.

Exit codes: 0 all held; 1 the answer is no (refused, does not verify); 2 wrong use; 3 our own
machine or configuration; 4 something to fix in this program.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import orjson
import typer

from node.errors import CallerError, NodeError, OperatorError
from node.settings import Settings, load_settings, passphrase_from_credential
from node.store.keyring import read_private

EXIT_REFUSED = 1
EXIT_OPERATOR = 3
EXIT_DEFECT = 4

app = typer.Typer(
    name="sarbon",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Exchange cargo alerts and pre-arrival notices with other authorities, every message provable.",
    epilog="Exit codes: 0 done, 1 refused or not verified, 2 wrong use, 3 machine or configuration.",
)

ConfigOption = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="SARBON_CONFIG", help="The node's settings, a TOML file."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="AUTHORITY", help="Whose message, if several have such a one."),
]
DEFAULT_CONFIG = Path("node.toml")


def main() -> NoReturn:
    """Run a command; every known error becomes a plain message and an exit code."""
    from node.cli import (  # noqa: F401 - they register themselves
        access,
        attachments,
        cases,
        codes,
        commands,
        convert,
        corridor,
        desk,
        exchange,
        logbook,
        matches,
        messages,
        national,
        network,
        stats,
        watch_list,
    )

    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output left; that is its right. Python must not try again at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run() -> int:
    """Run the application; gives the exit code, whatever happened."""
    try:
        app(standalone_mode=True, prog_name="sarbon")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except NodeError as error:
        print_error(error, as_json="--json" in sys.argv)
        return exit_code(error)
    except BrokenPipeError:
        return 0
    except OSError as error:  # no room for a file, a folder of somebody else, no thread to be had
        print_error(_unforeseen(error), as_json="--json" in sys.argv)
        return EXIT_OPERATOR
    except Exception:  # noqa: BLE001 - or it would end with the code that says "refused"
        traceback.print_exc()
        return EXIT_DEFECT
    return 0


def exit_code(error: NodeError) -> int:
    """Give the exit code of an error: whose fault it is."""
    return EXIT_OPERATOR if isinstance(error, OperatorError) else EXIT_REFUSED


def print_error(error: NodeError, *, as_json: bool) -> None:
    """Say what is wrong and what to do, on standard error."""
    if as_json:
        members = {"code": error.code, "message": error.message, "hint": error.hint}
        if error.pointer:
            members["pointer"] = error.pointer
        print(orjson.dumps({"error": members}).decode(), file=sys.stderr)
        return
    where = f" at {error.pointer}" if error.pointer else ""
    print(f"sarbon: {error.code}{where}: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"  hint: {error.hint}", file=sys.stderr)


def whose(settings: Settings, given: str | None) -> str | None:
    """Turn what was given with `--from` into an originator, as the store knows it."""
    from node.store.search import OURS

    return OURS if given == settings.authority else given


def print_json(value: Any) -> None:
    """Print one JSON value on a line."""
    print(orjson.dumps(value).decode())


def read_file(path: Path) -> bytes:
    """Read a file that the caller named.

    Raises:
        CallerError: `file.unreadable`.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CallerError(
            "file.unreadable", f"{path}: {error.strerror}", hint="check the path"
        ) from error


def settings_of(config: Path) -> Settings:
    """Load settings; every command that needs them comes through here."""
    return load_settings(config)


def passphrase_of(settings: Settings, *, confirm: bool = False) -> bytes:
    """Get the passphrase of the private keys: from its file, a credential, or the terminal.

    Raises:
        OperatorError: `passphrase.absent`; it is never taken from the command line.
    """
    if settings.keys.passphrase_file is not None:
        return read_private(settings.keys.passphrase_file).rstrip(b"\r\n")
    credential = passphrase_from_credential()
    if credential is not None:
        return credential
    if not os.isatty(0):
        raise OperatorError(
            "passphrase.absent",
            "no passphrase file, no credential and no terminal to ask at",
            hint="set keys.passphrase_file in the settings",
        )
    answer: str = typer.prompt(
        "Passphrase of the private keys", hide_input=True, confirmation_prompt=confirm
    )
    return answer.encode()


def _unforeseen(error: OSError) -> OperatorError:
    place = f"{error.filename}: " if error.filename else ""
    return OperatorError(
        "system.refused",
        f"{place}{error.strerror or error}",
        hint="check the path, its owner and the space on its disk",
    )
