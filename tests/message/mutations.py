"""Documents a little wrong: one or two changes to a valid one, as people and programs make them.

A change may leave the document valid, break a rule, or break the schema: which of them is for the
published schema and the program to say, and they must say the same.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

Holder = Any
"""An object or an array of the document, in which one place is changed."""

Pool = list[tuple[Any, Any]]

TYPOS = ("\n", " ", "\u202e", "\u0000", "\u0421", "\uff11", "\u0661", "A", "0", "-", "\U0001f6a2")
"""What slips into a text: line ends, hidden signs, letters and digits of other scripts."""

_TIMES = (
    *("2026-02-30T06:00:00Z", "2025-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "2026-00-10T00:00:00Z"),
    *("2026-11-24T24:00:00Z", "2026-11-24T06:60:00Z", "2016-12-31T23:59:60Z", "9999-99-99T99:99:99Z"),
    *("2026-11-24T06:00:00z", "2026-11-24 06:00:00Z", "2026-11-24T06:00:00+00:00", "2026-11-24"),
    *("2026-11-24T06:00:00.0Z", "2026-11-24T06:00Z", "26-11-24T06:00:00Z", "1764000000"),
)
_OTHERS = (
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 2**53, 10**30),
    *("", "1", "null", [], {}, [[]], [None], {"": 0}),
)
_NAMES = (
    *("surplus", "Type", "typ\u0435", "", "__class__", "model_config", "x-type", "nom "),
    *("a" * 300, "\u202e", "type", "reference", "document", "answers"),
)


def mutated(document: dict[str, Any], rng: Random, pool: Pool) -> dict[str, Any]:
    """Give a copy of a document with one change, or two.

    Args:
        document: left as it is.
        rng: chooses what and where.
        pool: members of other documents by name and value, which may end up in this one.
    """
    copy = json.loads(json.dumps(document))
    for _ in range(rng.choice((1, 1, 2))):
        if copy:
            holder, step = rng.choice(places(copy))
            rng.choice(_CHANGES)(holder, step, rng, pool)
    return copy


def places(holder: Any) -> list[tuple[Holder, Any]]:
    """List every place of a document: the object or array, and the name or index in it."""
    found, open_ = [], [holder]
    for each in open_:
        for step, value in each.items() if isinstance(each, dict) else enumerate(each):
            found.append((each, step))
            if isinstance(value, dict | list):
                open_.append(value)
    return found


def beyond(about: dict[str, Any], value: Any) -> Iterator[Any]:
    """Give values at each bound that a schema sets to a member, and one step beyond it."""
    kind = about.get("type")
    if kind == "integer":
        least, most = about["minimum"], about["maximum"]
        yield from (least - 1, least, most, most + 1, float(least), str(least), True)
    elif kind == "array":
        entry = min(value or [{}], key=lambda each: len(repr(each)))
        for length in (0, about.get("minItems", 1) - 1, about["maxItems"], about["maxItems"] + 1):
            yield [entry] * max(0, length)
        if value and "$ref" not in about["items"]:
            yield from ([other] for other in beyond(about["items"], entry))
    elif "enum" in about:
        yield from (*about["enum"], value.swapcase(), f"{value} ", f"{value}\n", "")
    elif kind == "string":
        least, most = about.get("minLength", 0), about.get("maxLength", len(value))
        yield from (value.ljust(length, value[-1:] or "/")[:length] for length in (most, most + 1))
        yield from ("", value[: max(0, least - 1)], *(f"{value}{typo}" for typo in TYPOS), value[:-1], 1)
    yield from (None, {}, [value], False)


def _drop(holder: Holder, step: Any, _rng: Random, _pool: Pool) -> None:
    del holder[step]


def _add(holder: Holder, step: Any, rng: Random, pool: Pool) -> None:
    value = deepcopy(rng.choice(pool)[1])
    if isinstance(holder, list):
        holder.insert(step, value)
    else:
        holder[rng.choice(_NAMES)] = value


def _rename(holder: Holder, step: Any, rng: Random, _pool: Pool) -> None:
    if isinstance(step, str):
        name = rng.choice((step.upper(), step + "s", step.replace("_", "-"), rng.choice(_NAMES)))
        holder[name] = holder.pop(step)


def _replace(holder: Holder, step: Any, rng: Random, pool: Pool) -> None:
    holder[step] = deepcopy(rng.choice((rng.choice(_OTHERS), rng.choice(pool)[1])))


def _exchange(holder: Holder, step: Any, rng: Random, pool: Pool) -> None:
    """Take the value that the member of this name has elsewhere: right by itself, wrong here."""
    others = [value for name, value in pool if name == step]
    if others:
        holder[step] = deepcopy(rng.choice(others))


def _swap(holder: Holder, step: Any, rng: Random, _pool: Pool) -> None:
    other = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[step], holder[other] = holder[other], holder[step]


def _repeat(holder: Holder, step: Any, rng: Random, _pool: Pool) -> None:
    """Double an entry, or make a list longer than any may be."""
    value = holder[step]
    if isinstance(value, list) and value:
        holder[step] = value * rng.choice((2, 2, 2, 1_000 // len(value) + 1))
    elif isinstance(holder, list):
        holder.append(value)
    else:
        holder[step] = [value]


def _empty(holder: Holder, step: Any, _rng: Random, _pool: Pool) -> None:
    holder[step] = type(holder[step])()


def _respell(holder: Holder, step: Any, rng: Random, _pool: Pool) -> None:
    value = holder[step]
    if isinstance(value, str):
        holder[step] = _misspelt(value, rng)
    elif isinstance(value, int):
        others = (str(value), float(value), -value, value + 1, value * 10, bool(value), [value])
        holder[step] = rng.choice(others)


def _misspelt(text: str, rng: Random) -> str:
    at, typo = rng.randint(0, len(text)), rng.choice(TYPOS)
    return rng.choice(
        (
            *(text + typo, typo + text, text[:at] + typo + text[at:], text[:at] + typo + text[at + 1 :]),
            *(text[:-1], text[:at], text * 40, text.lower(), text.upper(), text.swapcase(), text[::-1]),
        )
    )


def _retime(holder: Holder, step: Any, rng: Random, _pool: Pool) -> None:
    value = holder[step]
    if isinstance(value, str) and value.endswith("Z") and "T" in value:
        holder[step] = rng.choice(_TIMES)


def _deepen(holder: Holder, step: Any, rng: Random, _pool: Pool) -> None:
    for _ in range(rng.choice((1, 2, 40))):
        holder[step] = rng.choice(([holder[step]], {"document": holder[step]}))


_CHANGES: tuple[Callable[[Holder, Any, Random, list[Any]], None], ...] = (
    *(_drop, _add, _rename, _replace, _replace, _swap, _repeat, _empty, _deepen),
    *(_respell, _respell, _respell, _respell, _retime, _exchange, _exchange, _exchange),
)
