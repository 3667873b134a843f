"""Commands for code lists: codes import, codes list, codes show."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.app import DEFAULT_CONFIG, ConfigOption, JsonOption, app, print_json, settings_of
from node.errors import CallerError
from node.reference.codes import CodeList, OpenList
from node.reference.editions import Entry, Lists
from node.settings import Settings

if TYPE_CHECKING:
    from node.store.codebook import Codebook

codes_app = typer.Typer(no_args_is_help=True, help="Code lists: what is built in, what you load.")
app.add_typer(codes_app, name="codes")

NameArgument = Annotated[
    str, typer.Argument(metavar="LIST", help="Name of the list; 'sarbon codes list' gives them.")
]
_ALSO_CALLED: Mapping[str, str] = {"unit": "measure-unit", "harmonized-system": "hs"}
_SHOWN = 50  # codes found, unless --limit says otherwise


def lists_of(settings: Settings) -> Lists:
    """Give the code lists that this authority has loaded, for whoever is to doubt by them.

    Raises:
        OperatorError: `codes.damaged`.
    """
    return _codebook(settings).lists()


@codes_app.command("import")
def codes_import(
    name: NameArgument,
    file: Annotated[
        Path, typer.Argument(help="The published list as CSV; docs/codes.md has the layouts.")
    ],
    edition: Annotated[str, typer.Option(help="As its publisher writes it: 2022, 2024-2, 2026-11.")],
    encoding: Annotated[str, typer.Option(help="Of the file.")] = "utf-8",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Load an edition of an open list, whole or not at all; from now on doubts are raised by it."""
    from node.daemon.node import wall_clock
    from node.reference.import_file import ENCODINGS, MAX_FILE_BYTES, read_list

    codes = _open_list(name)
    if encoding not in ENCODINGS:
        raise CallerError(
            "codes.encoding", "not an encoding of ours", hint=f"one of {', '.join(ENCODINGS)}"
        )
    raw = _read(file, MAX_FILE_BYTES)
    found = read_list(raw, codes, encoding=encoding)
    book = _codebook(settings_of(config))
    facts = book.keep(codes.name, edition, found.entries, file=file.name, raw=raw, now=wall_clock())
    if as_json:
        print_json(
            {"list": codes.name, "edition": edition, "codes": facts.codes, "skipped": found.skipped}
        )
        return
    aside = f", {found.skipped} rows that are no codes left out" if found.skipped else ""
    print(f"{codes.name} {edition}: {facts.codes} codes loaded{aside}")
    print(f"  file    {file.name}, SHA-256 {facts.sha256}")


@codes_app.command("list")
def codes_list(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List every code list: name, edition, how many codes, whose it is."""
    loaded = _codebook(settings_of(config)).facts()
    rows = [
        {"list": facts.list, "kind": "loaded", "edition": facts.edition, "codes": facts.codes}
        | {"source": facts.file, "imported_at": _day(facts.imported_at)}
        for facts in loaded
    ]
    replaced = {facts.list for facts in loaded}
    for codes in _every_list().values():
        kind = "open" if isinstance(codes, OpenList) else "closed"
        note = _unused(codes) if codes.name in replaced else ""
        row = {"list": codes.name, "kind": kind, "edition": codes.version, "codes": len(codes.codes)}
        rows.append(row | {"source": codes.source, "imported_at": note})
    for row in sorted(rows, key=lambda row: (str(row["list"]), row["kind"] != "loaded")):
        if as_json:
            print_json(row)
        else:
            when = f"  {row['imported_at']}" if row["imported_at"] else ""
            what = f"{row['list']:<26} {row['kind']:<7} {row['codes']:>6}"
            print(f"{what}  {row['edition']}, {row['source']}{when}")


@codes_app.command("show")
def codes_show(
    name: NameArgument,
    wanted: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE or WORDS]", help="A code, or words to look for.")
    ] = None,
    edition: Annotated[str, typer.Option(help="Which loaded edition; else the one in use.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many codes at most.")] = _SHOWN,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show a code with the codes above and below it, or every code whose words match."""
    from node.reference.lookup import look_up

    codes = _any_list(name)
    title, entries = _entries(codes, _codebook(settings_of(config)).lists(), edition)
    found = look_up(entries, wanted or [])
    if not found:
        raise CallerError(
            "codes.nothing_found", f"nothing in {title}", hint="try part of a word, or fewer digits"
        )
    for place, entry in found[:limit]:
        if as_json:
            days = {"valid_from": entry.valid_from, "valid_until": entry.valid_until}
            print_json({"place": place, "code": entry.code, "name": entry.name, **days})
        else:
            print(f"{_MARKS[place]}{entry.code:<9} {entry.name}{_period(entry)}")
    if not as_json:
        more = f"; {len(found) - limit} more, --limit shows them" if len(found) > limit else ""
        print(f"  from {title}{more}")


_MARKS: Mapping[str, str] = {"above": "  ", "found": "> ", "below": "    "}


def _entries(codes: CodeList | OpenList, lists: Lists, wanted: str) -> tuple[str, list[Entry]]:
    """Give what is shown of a list, and what to call it: a loaded edition, else the built-in part."""
    standard = codes.edition if isinstance(codes, OpenList) else ""
    found = lists.find(codes.name, wanted or standard)
    if wanted and (found is None or found.edition != wanted):
        raise CallerError(
            "codes.edition", "that edition is not loaded", hint="'sarbon codes list' gives the editions"
        )
    if found is not None:
        return f"{codes.name} ({found.edition}), loaded", list(found.entries.values())
    entries = [Entry(code, words) for code, words in codes.codes.items()]
    return f"{codes.name} ({codes.version}), built in", entries


def _unused(codes: CodeList | OpenList) -> str:
    is_partly = isinstance(codes, OpenList) and codes.by_country
    return "asked about other countries" if is_partly else "unused: an edition is loaded"


def _period(entry: Entry) -> str:
    if entry.valid_from is None and entry.valid_until is None:
        return ""
    return f"  ({entry.valid_from or '…'} to {entry.valid_until or '…'})"


def _every_list() -> Mapping[str, CodeList | OpenList]:
    from node.message.schema import CODE_LISTS

    return CODE_LISTS


def _any_list(name: str) -> CodeList | OpenList:
    codes = _every_list().get(_ALSO_CALLED.get(name, name))
    if codes is None:
        raise CallerError(
            "codes.list_unknown", "there is no list of that name", hint="'sarbon codes list' gives them"
        )
    return codes


def _open_list(name: str) -> OpenList:
    codes = _any_list(name)
    if isinstance(codes, CodeList):
        raise CallerError(
            "codes.list_closed",
            f"{codes.name} is closed: its codes are part of the protocol",
            hint="only open lists are loaded; 'sarbon codes list' tells them apart",
        )
    return codes


def _codebook(settings: Settings) -> "Codebook":
    from node.store.codebook import Codebook

    return Codebook(settings.data / "codes")


def _read(path: Path, most: int) -> bytes:
    """Read a file no further than a list may be long.

    Raises:
        CallerError: `file.unreadable` or `codes.oversize`.
    """
    from node.reference.import_file import oversize

    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise CallerError(
            "file.unreadable", f"{path}: {error.strerror}", hint="check the path"
        ) from error
    if len(raw) > most:
        raise oversize(most)
    return raw


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")
