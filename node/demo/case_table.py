"""The demo's case on the screen: one timeline, what is still owed, and whether the registers agree.

Responsible for words and columns alone; the sentences come from `conversation.timeline`.
"""

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from node.conversation.timeline import Line, came_to
from node.conversation.wording import to_second
from node.demo.case import ALERT, AUTHOR, READER, SILENT, CaseFound
from node.demo.registers import Registers

_SHOWN = 10  # faults


def print_case(case: CaseFound, registers: Registers, console: Console) -> None:
    """Print the case and what the registers say of it."""
    console.print(_timeline(f"The case {ALERT}, as {READER} sees it", case.lines))
    console.print(_timeline(f"Between {AUTHOR} and {SILENT} alone, as {AUTHOR} sees it", case.others))
    for due in case.owed:
        console.print(f"{due.reference}: {due.tell(case.now)}")
    for authority, how in case.files.items():
        console.print(f"the scan that follows {ALERT} is at {authority}, {how}")
    agreed = "agree on every state" if not registers.differing else "[red]DO NOT AGREE[/]"
    console.print(f"{registers.compared} conversations in the registers of both sides: they {agreed}")
    for fault in (*case.faults, *registers.differing)[:_SHOWN]:
        console.print(f"[red]✗ {fault}[/]")


def _timeline(title: str, lines: Iterable[Line]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("UTC", no_wrap=True)
    table.add_column("who", no_wrap=True)
    table.add_column("what", ratio=3)
    table.add_column("what it came to", ratio=2)
    for line in lines:
        came = "; ".join(filter(None, (came_to(line), *line.notes)))
        look = "yellow" if line.text.startswith("overdue") else None
        table.add_row(to_second(line.at)[11:], line.who, escape(line.text), escape(came), style=look)
    return table
