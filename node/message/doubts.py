"""Doubts: what an officer should look at twice, in a document that keeps every rule.

Responsible for walking a document and gathering warnings. A doubt never stops a document: what
looks wrong may be the very sign a control is looking for, and the recipient must see it as sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args

from node.message.cargo_doubts import Found, about_part
from node.message.faults import pointer_to
from node.message.fields import Part
from node.message.free_text import nominal_sign
from node.message.header import Header
from node.message.outcome_doubts import about_outcome
from node.message.party_doubts import about_party
from node.reference.codes import OpenList
from node.reference.editions import BUILT_IN, Lists

_FREE_TEXT = (
    *("description", "text", "summary", "modus_operandi", "restrictions", "reason_text", "comment"),
    *("substance", "declared", "found", "at_exit", "at_entry"),
    *("facts", "what_would_help", "note", "conditions"),
)
"""Members in which somebody writes sentences."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at twice.

    Attributes:
        pointer: JSON Pointer (RFC 6901) to the member.
        code: stable, dotted: `doubt.identifier`, `doubt.code`.
        text: the reason in plain words, without the value.
    """

    pointer: str
    code: str
    text: str


def doubts_of(document: Header, lists: Lists = BUILT_IN) -> tuple[Doubt, ...]:
    """Give every doubt about a document, part by part; codes are asked in the lists given."""
    day = document.issued_at.date()
    return tuple(
        Doubt(pointer_to(*at, *below), code, text)
        for at, part in parts_of(document)
        for doubts in (
            _about_codes(part, lists, day),
            _about_text(part),
            about_part(part),
            about_party(part),
            about_outcome(part),
        )
        for below, code, text in doubts
    )


def parts_of(part: Part, *at: str | int) -> Iterator[tuple[tuple[str | int, ...], Part]]:
    """Give a part and every part below it, each with the steps that lead to it."""
    yield at, part
    for name in type(part).model_fields:
        member = getattr(part, name)
        if isinstance(member, Part):
            yield from parts_of(member, *at, name)
        elif isinstance(member, tuple):
            for index, child in enumerate(member):
                if isinstance(child, Part):
                    yield from parts_of(child, *at, name, index)


def _about_codes(part: Part, lists: Lists, day: date) -> Found:
    for name, codes in _open_members(type(part)):
        wanted = getattr(part, codes.edition_member, None) or ""
        for below, code in _steps(name, getattr(part, name)):
            reason = lists.doubt(codes, code, day=day, wanted=wanted)
            if reason:
                yield below, "doubt.code", reason


def _steps(name: str, value: str | tuple[str, ...] | None) -> list[tuple[tuple[str | int, ...], str]]:
    """Give each code of a member with the steps to it: one, several, or none."""
    if isinstance(value, tuple):
        return [((name, index), code) for index, code in enumerate(value)]
    return [] if value is None else [((name,), value)]


def _about_text(part: Part) -> Found:
    for name in _text_members(type(part)):
        text = getattr(part, name)
        sign = nominal_sign(text) if isinstance(text, str) else ""  # `declared` is also a list
        if sign:
            yield (name,), "doubt.personal_data", f"free text {sign}"


@cache
def _text_members(kind: type[Part]) -> tuple[str, ...]:
    """List the members of a part in which somebody writes sentences."""
    return tuple(name for name in _FREE_TEXT if name in kind.model_fields)


@cache
def _open_members(kind: type[Part]) -> tuple[tuple[str, OpenList], ...]:
    """List the members of a part whose codes come from an open list."""
    return tuple(
        (name, codes)
        for name, field in kind.model_fields.items()
        for codes in _open_lists((*field.metadata, field.annotation))
    )


def _open_lists(annotations: Iterable[Any]) -> Iterator[OpenList]:
    for annotation in annotations:
        if isinstance(annotation, OpenList):
            yield annotation
        else:
            yield from _open_lists(getattr(annotation, "__metadata__", ()))
            yield from _open_lists(get_args(annotation)[:1])
