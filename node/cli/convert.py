"""The command that makes documents of what an authority already has: convert."""

import csv
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import orjson
import typer

from node.cli import foreign
from node.cli.app import (
    DEFAULT_CONFIG,
    EXIT_REFUSED,
    ConfigOption,
    JsonOption,
    app,
    print_json,
    read_file,
    settings_of,
)
from node.errors import CallerError

if TYPE_CHECKING:
    from node.convert.conversion import Context, Conversion, Draft, Failure

_SHIPPED: Final = (
    Path(__file__).parents[2] / "schemas" / "templates",
    Path(sys.prefix) / "share" / "sarbon" / "templates",  # where the package is installed, not linked
)


@app.command()
def convert(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="CSV, Excel, EDIFACT CUSCAR or customs XML; - for standard input."),
    ] = None,
    to: foreign.ToOption = None,
    unit: foreign.UnitOption = "",
    purpose: foreign.PurposeOption = foreign.PURPOSE,
    legal_basis: foreign.BasisOption = foreign.LEGAL_BASIS,
    prefix: foreign.PrefixOption = foreign.PREFIX,
    valid_days: foreign.DaysOption = foreign.VALID_DAYS,
    test: foreign.TestOption = False,
    zone: foreign.ZoneOption = foreign.ZONE,
    type_: foreign.TypeOption = "",
    office: foreign.OfficeOption = "",
    arrival: foreign.ArrivalOption = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the documents; the file for a template."),
    ] = None,
    template: Annotated[
        str,
        typer.Option(help="Instead: print the table to fill in for a type, as alert or alert.xlsx."),
    ] = "",
    filled: Annotated[bool, typer.Option("--filled", help="With --template: a filled example.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Make documents of tables and messages, and say what became of every line.

    Nothing is sent. Without --output the documents are printed, one a line, and the report goes to
    standard error. One bad document does not stop the others; the exit code is then 1.
    """
    if template:
        _print_template(template, output, is_filled=filled)
        return
    if not files:
        raise typer.BadParameter("name a file, or a --template", param_hint="files")
    options = foreign.Options(
        to, unit, purpose, legal_basis, prefix, valid_days, test, zone, type_, office, arrival
    )
    desk = _Desk(options.context(settings_of(config)), output, as_json=as_json)
    for name in files:
        desk.take(name)
    desk.close()


class _Desk:
    """Takes files one by one, writes their documents and reports on them."""

    def __init__(self, context: "Context", folder: Path | None, *, as_json: bool) -> None:
        self._context = context
        self._folder = folder
        self._as_json = as_json
        self._written: set[str] = set()
        self._counts = {"documents": 0, "failed": 0}
        # The documents themselves go to standard output where no folder is named.
        self._report = sys.stdout if folder else sys.stderr

    def take(self, name: str) -> None:
        """Convert one file; what is wrong with it is reported."""
        from node.convert.reader import read_foreign

        try:
            raw = sys.stdin.buffer.read() if name == "-" else read_file(Path(name))
            conversion = read_foreign(raw, self._context)
        except CallerError as error:
            self._counts["failed"] += 1
            self._say_error(name, error)
            return
        drafts = tuple(self._kept(draft) for draft in conversion.drafts)
        failed = sum(1 for draft in drafts if draft.failures)
        self._counts["failed"] += failed + len(conversion.failures)
        self._counts["documents"] += len(drafts) - failed
        self._say(name, replace(conversion, drafts=drafts))

    def close(self) -> None:
        """Say how it went.

        Raises:
            Exit: with the code for a refusal, when anything failed.
        """
        if not self._as_json:
            counts = self._counts
            made = "1 document" if counts["documents"] == 1 else f"{counts['documents']} documents"
            print(f"{made}, {counts['failed']} failed", file=self._report)
        if self._counts["failed"]:
            raise typer.Exit(EXIT_REFUSED)

    def _kept(self, draft: "Draft") -> "Draft":
        """Write a good document; one of a reference seen before fails."""
        if draft.failures:
            return draft
        reference = draft.value["reference"]
        if reference in self._written:
            text = "another document of this run has the same reference"
            return replace(draft, failures=(_twice(draft.source, text),))
        self._written.add(reference)
        if self._folder is None:
            print_json(draft.value)
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{reference.replace('/', '~')}.json"  # `~` is in no reference
            (self._folder / name).write_bytes(draft.raw + b"\n")
        return draft

    def _say(self, name: str, conversion: "Conversion") -> None:
        if not self._as_json:
            for line in foreign.report_lines(name, conversion):
                print(line, file=self._report)
            return
        head = {
            "file": name,
            "remarks": [foreign.members(remark) for remark in conversion.remarks],
            "failures": [foreign.members(failure) for failure in conversion.failures],
        }
        for value in (head, *(foreign.report_value(name, draft) for draft in conversion.drafts)):
            print(orjson.dumps(value).decode(), file=self._report)

    def _say_error(self, name: str, error: CallerError) -> None:
        from node.gateway.local import describe

        if self._as_json:
            value = {"file": name, "error": describe(error)}
            print(orjson.dumps(value).decode(), file=self._report)
            return
        print(f"{name}: {error.code}: {error.message}", file=self._report)
        if error.hint:
            print(f"  hint: {error.hint}", file=self._report)


def _twice(source: str, text: str) -> "Failure":
    from node.convert.conversion import Failure

    return Failure(source, "/reference", "convert.reference_twice", text)


def _print_template(wanted: str, output: Path | None, *, is_filled: bool) -> None:
    from node.convert.columns import type_named
    from node.convert.template import explained_rows, template_rows, written
    from node.convert.workbook import write_workbook

    name, _, form = wanted.partition(".")
    document_type = type_named(name)
    if document_type is None or form not in {"", "csv", "xlsx"}:
        raise typer.BadParameter("a type of document, with .csv or .xlsx", param_hint="--template")
    rows = _filled(document_type) if is_filled else template_rows(document_type)
    raw = write_workbook(rows, explained_rows(document_type)) if form == "xlsx" else written(rows)
    if output is not None:
        output.write_bytes(raw)
        return
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _filled(document_type: str) -> list[list[str]]:
    """Read the filled example that is shipped for a type of document."""
    name = f"{document_type.partition('/')[0]}-filled.csv"
    for folder in _SHIPPED:
        if (folder / name).is_file():
            text = (folder / name).read_bytes().decode("utf-8-sig")
            return list(csv.reader(io.StringIO(text, newline="")))
    raise CallerError("convert.example_absent", f"there is no {name}", hint="take the empty template")
