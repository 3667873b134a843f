"""The diagrams of docs/conversations.md, drawn from the transition tables.

Responsible for Mermaid text and for the table of rows. Must not know any conversation.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from node.conversation.event import LOCAL
from node.conversation.tables import TABLES, State, Table

_REGION: Final = re.compile(
    r"(<!-- begin (?P<name>[a-z-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL
)


def redrawn(page: str) -> str:
    """Give a page with every region `<leading document>-<side>` brought up to date.

    Raises:
        KeyError: a region names no table.
    """
    drawn = {
        f"{name}-{side}": draw(table)
        for name, tables in TABLES.items()
        for side, table in zip(("agreed", "sender", "recipient"), tables, strict=True)
    }
    return _REGION.sub(lambda found: f"{found[1]}{drawn[found['name']]}{found[3]}", page)


def draw(table: Table) -> str:
    """Draw a table as a Mermaid state diagram, and list its rows."""
    lines = "\n".join(f"  {line}" for line in _lines(table))
    rows = "".join(f"| {before} | {events} | {after} |\n" for before, events, after in _rows(table))
    return (
        f"```mermaid\nstateDiagram-v2\n{lines}\n```\n\n"
        f"| State | On | Then |\n| --- | --- | --- |\n{rows}"
    )


def _rows(table: Table) -> Iterator[tuple[State, str, State]]:
    """Give the rows with the events between the same two states together."""
    gathered: dict[tuple[State, State], list[str]] = defaultdict(list)
    for (before, event), after in table.rows.items():
        gathered[before, after].append(f"*{event}*" if event in LOCAL else event.value)
    for (before, after), events in gathered.items():
        yield before, ", ".join(events), after


def _lines(table: Table) -> Iterator[str]:
    yield f"[*] --> {_id(table.start)}"
    for state in table.states:
        yield f"{_id(state)}: {state.replace('-', ' ')}"
    for before, events, after in _rows(table):
        if before is not after:
            yield f"{_id(before)} --> {_id(after)}: {events.replace('*', '')}"


def _id(state: State) -> str:
    return state.value.replace("-", "_")
