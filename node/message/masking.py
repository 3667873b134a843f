"""Masking: a document as it may be shown to whoever needs no names.

Responsible for blotting out natural persons and ways to reach somebody, wherever they stand. Must
not touch the document that is kept or sent: what is masked is a copy for the eye.
"""

from copy import deepcopy
from typing import Any, Final

from node.message.doubts import parts_of
from node.message.header import Header
from node.message.party import Communication, Person

MASK: Final = "•••"
"""Stands for a value that is personal data."""


def masked(value: dict[str, Any], document: Header) -> dict[str, Any]:
    """Give a copy of a document's JSON value with personal data blotted out.

    Args:
        value: the document as JSON values.
        document: the same document, read.
    """
    shown = deepcopy(value)
    for steps, part in parts_of(document):
        if isinstance(part, Person | Communication):
            _blot(_at(shown, steps))
    return shown


def _at(value: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _blot(value: Any) -> None:
    """Replace every text below a part; what kind of part it is stays to be seen."""
    for name, member in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(member, str):
            value[name] = MASK
        else:
            _blot(member)
