"""Faults: what is wrong with a document, where, and what was expected instead.

Responsible for turning a validation error into a pointer, a code and plain words. Must not quote a
value, nor a member name that is not shaped like one of ours: either may hold personal data.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from node.reference.forms import FORMS

_OUR_NAME = re.compile("[a-z][a-z0-9_]{0,39}")

_FAULTS = {
    "missing": ("member.missing", "required, but absent"),
    "extra_forbidden": ("member.unknown", "no such member here"),
    "string_type": ("value.type", "expected a string"),
    "int_type": ("value.type", "expected a whole number"),
    "bool_type": ("value.type", "expected true or false"),
    "tuple_type": ("value.type", "expected an array"),
    "model_type": ("value.type", "expected an object"),
    "dict_type": ("value.type", "expected an object"),
    "union_tag_not_found": ("member.missing", "required, but absent"),
    "union_tag_invalid": ("value.code", "expected one of {expected_tags}"),
    "string_too_short": ("value.length", "expected at least {min_length} characters"),
    "string_too_long": ("value.length", "expected at most {max_length} characters"),
    "string_pattern_mismatch": ("value.form", "expected {form}"),
    "greater_than_equal": ("value.range", "expected at least {ge}"),
    "less_than_equal": ("value.range", "expected at most {le}"),
    "too_short": ("list.length", "expected at least {min_length} entries"),
    "too_long": ("list.length", "expected at most {max_length} entries"),
    "code_unknown": ("value.code", "expected a code of the list {list}"),
}
_OTHER = ("value.invalid", "not a possible value")


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule broken.

    Attributes:
        pointer: JSON Pointer (RFC 6901) to the member at fault.
        code: stable, dotted: `value.form`, `rule.recipients_unique`.
        text: what was expected, in plain words, without the value.
    """

    pointer: str
    code: str
    text: str


def pointer_to(*steps: str | int) -> str:
    """Write a JSON Pointer. The steps are our own member names and indices: nothing to escape."""
    return "".join(f"/{step}" for step in steps)


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """Give each fault that validation found, in the order of the members."""
    blamed: set[tuple[str | int, ...]] = set()
    for detail in error.errors(include_url=False, include_input=False):
        location = detail["loc"]
        if detail["type"] == "too_short" and location in blamed:
            continue  # it has enough entries, but the wrong ones were not counted
        blamed.update(location[:depth] for depth in range(len(location)))
        code, text = _FAULTS.get(detail["type"], _OTHER)
        if detail["type"].startswith("union_tag"):
            location = (*location, "type")  # the member that says which document is inside
        yield Fault(_shown(location), code, text.format(**_facts(detail.get("ctx", {}))))


def _facts(context: dict[str, Any]) -> dict[str, Any]:
    return {**context, "form": FORMS.get(context.get("pattern", ""), "")}


def _shown(location: tuple[str | int, ...]) -> str:
    """Point at a member by the steps that are ours.

    A stranger's name is left out, since it may say anything: the fault is its parent's. So is the
    type that validation puts between a document and the one inside it.
    """
    return pointer_to(*(step for step in location if isinstance(step, int) or _OUR_NAME.fullmatch(step)))
