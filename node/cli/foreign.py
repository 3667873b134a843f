"""Files that are no documents yet: the options they are read with, and the report on each.

Responsible for turning the command line into a `Context`, and a `Conversion` into lines for people
and machines. Must not read a format (`node.convert`) nor send anything.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.completeness import completeness_line, completeness_of
from node.errors import CallerError
from node.settings import Settings

if TYPE_CHECKING:
    from node.convert.conversion import Context, Conversion, Draft, Remark

ToOption = Annotated[
    list[str] | None, typer.Option("--to", help="Recipient of what is converted; may be given again.")
]
UnitOption = Annotated[str, typer.Option("--unit", help="Our unit that answers for it, e.g. PCU-ALYAT.")]
PurposeOption = Annotated[str, typer.Option("--purpose", help="Of its use, where the file names none.")]
BasisOption = Annotated[
    str, typer.Option("--legal-basis", help="Of the exchange, where the file names none.")
]
PrefixOption = Annotated[
    str, typer.Option("--prefix", help="Of references invented where the file has none.")
]
DaysOption = Annotated[
    int, typer.Option("--valid-days", min=1, max=365, help="From now, where the file says nothing.")
]
TestOption = Annotated[bool, typer.Option("--test", help="What is converted is test traffic.")]
ZoneOption = Annotated[
    str, typer.Option("--zone", help="Of times that name none: UTC, +04:00, Asia/Baku.")
]
TypeOption = Annotated[
    str, typer.Option("--type", help="Of the documents of a table that does not say it.")
]
OfficeOption = Annotated[
    str, typer.Option("--office", help="Office of entry of messages that name none.")
]
ArrivalOption = Annotated[
    str, typer.Option("--arrival", help="Estimated, of messages that name none: 2026-11-24 06:00.")
]

PURPOSE, LEGAL_BASIS, PREFIX, VALID_DAYS, ZONE = (
    "risk-analysis",
    "preliminary-information",
    "CNV",
    30,
    "UTC",
)
_NAMED_FORMATS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".edi", ".xml")


@dataclass(frozen=True)
class Options:
    """What the person said about files that are no documents yet, as typed."""

    to: list[str] | None
    unit: str
    purpose: str
    legal_basis: str
    prefix: str
    valid_days: int
    test: bool
    zone: str
    type: str
    office: str
    arrival: str

    def context(self, settings: Settings) -> "Context":
        """Make of it what readers need.

        Raises:
            BadParameter: a value cannot be used.
        """
        from node.cli.codes import lists_of
        from node.convert import options
        from node.daemon.node import wall_clock

        said = options.Options.read({**asdict(self), "to": self.to or ()})
        now = datetime.fromtimestamp(wall_clock() / 1000, UTC)
        try:
            return said.context(settings.authority, now=now, lists=lists_of(settings))
        except CallerError as error:
            name, _, wanted = error.message.partition(": ")
            hint = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(wanted, param_hint=hint) from None


@dataclass
class Foreign:
    """Reads files that are no documents yet, once the first is met.

    Attributes:
        remarks: what was filled in, dropped or doubtful, by the place of each document.
    """

    settings: Settings
    options: Options
    remarks: dict[str, tuple["Remark", ...]] = field(default_factory=dict)

    @cached_property
    def context(self) -> "Context":
        """The options, checked when first needed."""
        return self.options.context(self.settings)

    def documents(self, name: str, raw: bytes) -> Iterator[tuple[str, bytes | CallerError]]:
        """Give the documents of a file, and an error for each reason why one is none."""
        from node.convert.reader import read_foreign

        try:
            conversion = read_foreign(raw, self.context)
        except CallerError as error:
            yield name, error
            return
        whole = conversion.remarks  # of the file: said with its first document
        for draft in conversion.drafts:
            if not draft.failures:
                place = f"{name}: {draft.source}"
                self.remarks[place] = (*whole, *draft.remarks)
                whole = ()
                yield place, draft.raw
        failed = (failure for draft in conversion.drafts for failure in draft.failures)
        for failure in (*conversion.failures, *failed):
            place = f"{name}: {failure.source}"
            yield place, CallerError(failure.code, failure.text, pointer=failure.pointer)

    def values(self, place: str) -> dict[str, list[dict[str, str]]]:
        """Give the remarks on a document for machines; nothing about what was JSON before."""
        found = self.remarks.get(place)
        return {} if found is None else {"remarks": [members(one) for one in found]}

    def report(self, place: str, doubts: list[dict[str, str]]) -> None:
        """Say on standard error what was dropped or is doubtful, beyond the doubts already said."""
        said = {(one["pointer"], one["text"]) for one in doubts}
        found = self.remarks.get(place, ())
        shown = [
            one for one in found if one.concern != "defaulted" and (one.pointer, one.text) not in said
        ]
        for line in remark_lines(shown):
            print(f"{place}:{line}", file=sys.stderr)
        filled_in = sum(one.concern == "defaulted" for one in found)
        if filled_in:
            text = f"{filled_in} members were filled in; 'sarbon convert' names them"
            print(f"{place}:  {text}", file=sys.stderr)


def is_foreign(name: str, raw: bytes) -> bool:
    """Say whether a file is no JSON but of a format that can be converted, or is called so."""
    if raw.lstrip()[:1] in {b"{", b"["}:  # before anything is loaded: nearly every file is JSON
        return False
    from node.convert.reader import detect

    return name.lower().endswith(_NAMED_FORMATS) or detect(raw) is not None


def remark_lines(remarks: list["Remark"]) -> Iterator[str]:
    """Give lines for remarks; those that differ only in the member share a line."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in remarks:
        alike.setdefault((one.concern, one.source, one.text), []).append(one.pointer)
    for (concern, source, text), pointers in alike.items():
        members = " ".join(filter(None, pointers))
        yield f"  {concern:<9}  {source}: {text}{f': {members}' if members else ''}"


def report_lines(name: str, conversion: "Conversion") -> Iterator[str]:
    """Give the report on a file for people."""
    yield name
    yield from remark_lines(list(conversion.remarks))
    for failure in conversion.failures:
        yield f"  failed     {failure.source}: {failure.code}: {failure.text}"
    for draft in conversion.drafts:
        counts = _counts(draft)
        shown = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        named = draft.value.get("reference", "")
        yield f"{name}: {draft.source}: {'FAILED' if draft.failures else 'ok'}  {named}  {shown}"
        for failure in draft.failures:
            yield f"  failed     {failure.source}: {failure.code}: {failure.text}"
        # What was filled in matters once the document can go.
        is_shown = [one for one in draft.remarks if not draft.failures or one.concern != "defaulted"]
        yield from remark_lines(is_shown)
        complete = None if draft.failures else completeness_of(draft.raw)
        if complete:
            yield f"  {completeness_line(complete)}"


def report_value(name: str, draft: "Draft") -> dict[str, Any]:
    """Give the report on a document for machines."""
    return {
        "file": name,
        "source": draft.source,
        "type": draft.value.get("type"),
        "reference": draft.value.get("reference"),
        "counts": _counts(draft),
        "completeness": None if draft.failures else completeness_of(draft.raw),
        "remarks": [members(remark) for remark in draft.remarks],
        "failures": [members(failure) for failure in draft.failures],
    }


def members(value: Any) -> dict[str, str]:
    """Give a remark or a failure as a JSON object."""
    return {name: getattr(value, name) for name in type(value).__slots__}


def _counts(draft: "Draft") -> dict[str, int]:
    counts = {"filled": draft.filled, "defaulted": 0, "dropped": 0, "doubtful": 0}
    for remark in draft.remarks:
        counts[remark.concern] += 1
    return counts
