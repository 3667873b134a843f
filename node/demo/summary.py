"""The demo's last page: a plain table of what happened, with rates and delays.

Responsible for words and columns alone.
"""

import statistics
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from node.demo.case_table import print_case

if TYPE_CHECKING:
    from node.demo.story import Outcome


_LOOK: dict[str, Any] = {"title_justify": "left", "box": box.SIMPLE_HEAD}


def print_summary(outcome: "Outcome", console: Console) -> None:
    """Print the whole result."""
    console.print()
    console.print(_doors(outcome))
    _print_hits(outcome, console)
    console.print(_attacks(outcome))
    console.print(_books(outcome))
    console.print(_logs(outcome))
    day = outcome.day
    rate = day.messages / day.seconds if day.seconds else 0.0
    console.print(
        f"{day.documents} documents, {day.messages} messages in {day.seconds:.1f} s "
        f"({rate:.0f}/s, the broker's restart included)"
    )
    console.print(
        f"sealed to accepted {_percentiles(outcome.books.delivery_ms)}; "
        f"sealed to receipt recorded {_percentiles(outcome.books.receipt_ms)}"
    )
    proof = outcome.proof
    console.print(
        f"proof of {proof.get('type')} {proof.get('id')}: {proof.get('bytes')} bytes, "
        f"{'verified offline' if proof.get('verified') else 'NOT VERIFIED'}; with one byte changed, "
        f"{proof.get('tampered_accepted')} of {proof.get('tampered')} copies passed"
    )
    print_case(outcome.case, outcome.registers, console)
    for fault in outcome.books.missing[:10]:
        console.print(f"[red]✗ {fault}[/]")
    verdict = "[green]all of it held[/]" if outcome.held else "[red]NOT all of it held[/]"
    console.print(f"Result: {verdict}")


def _doors(outcome: "Outcome") -> Table:
    table = Table(title="What national systems brought, by which door", **_LOOK)
    for heading in ("authority", "door", "documents", "accepted", "seconds"):
        is_number = heading not in {"authority", "door"}
        table.add_column(heading, justify="right" if is_number else "left")
    for each in outcome.day.brought:
        numbers = (str(each.documents), str(each.accepted), f"{each.seconds:.1f}")
        table.add_row(each.authority, each.door, *numbers)
    return table


def _print_hits(outcome: "Outcome", console: Console) -> None:
    """Print what was found when documents arrived, and why of the one that was confirmed."""
    hits = outcome.hits
    table = Table(title="Found on arrival: alerts that concern cargo announced", **_LOOK)
    for heading in ("authority", "certain", "probable", "possible"):
        table.add_column(heading, justify="left" if heading == "authority" else "right")
    for authority, grades in hits.grades.items():
        table.add_row(authority, *(str(grades[grade]) for grade in ("certain", "probable", "possible")))
    console.print(table)
    shown = hits.shown
    if shown:
        alert, notice = shown["alert_reference"], shown["notice_reference"]
        console.print(
            f"{hits.finder}: {alert} concerns {notice}, {shown['grade']}, {shown['score']} of 100"
        )
        for line in shown["words"]:
            console.print(f"  {line}")
        console.print(f"  confirmed; {shown['alert_authority']} was told by a hit, {hits.told[1]}")


def _attacks(outcome: "Outcome") -> Table:
    table = Table(
        title="What went wrong, and what became of it", title_justify="left", box=box.SIMPLE_HEAD
    )
    for heading in ("planted", "outcome", "code", ""):
        table.add_column(heading)
    for scene in outcome.scenes:
        mark = "[green]✓[/]" if scene.held else "[red]✗[/]"
        table.add_row(scene.name, scene.outcome, scene.code, mark)
    return table


def _books(outcome: "Outcome") -> Table:
    table = Table(
        title="Double entry: sent in one log, receipt in the other",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for heading in ("from", "to", "matched", "refused"):
        table.add_column(heading, justify="right" if heading in {"matched", "refused"} else "left")
    books = outcome.books
    for pair in sorted(books.matched.keys() | books.refused.keys()):
        table.add_row(*pair, str(books.matched.get(pair, 0)), str(books.refused.get(pair, 0)))
    table.caption = f"{len(books.missing)} entries without their other half"
    return table


def _logs(outcome: "Outcome") -> Table:
    table = Table(
        title="Logs verified from the first entry to the last", title_justify="left", box=box.SIMPLE_HEAD
    )
    for heading in ("log", "entries", "heads", "cosigned", "sent", "received", "receipts"):
        table.add_column(heading, justify="left" if heading == "log" else "right")
    for authority, log in outcome.logs.items():
        if "error" in log:
            table.add_row(authority, f"[red]{log['error']['message']}[/]")
            continue
        names = ("log", "size", "checkpoints", "cosignatures", "sent", "received", "receipts")
        table.add_row(*(str(log[name]) for name in names))
    return table


def _percentiles(delays: list[int]) -> str:
    if len(delays) < 2:  # noqa: PLR2004 - quantiles need two
        return "no messages"
    cuts = statistics.quantiles(delays, n=100)
    return f"p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms"
