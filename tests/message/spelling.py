"""Text to order: any string that a pattern of the published schemas allows, and any layout of JSON.

A pattern is taken apart once and becomes a function of the random source. What the pattern leaves
open (which letters, how many) is chosen at the edges more often than in the middle.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from random import Random
from re import _constants as ops
from re import _parser as parser

Writer = Callable[[Random], str]

ALPHABETS = (
    *("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " .,-/()&'\"\\<>%;:#"),
    *("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЮЯабвгдежзийклмн", "ӘҒҚҢӨҰҮҺІЎҲҶ", "əğıöşüçƏĞİÖŞÜÇňžýäŇŽÝÄ"),
    *("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "აბგდევზთიკლმნოპჟრს", "中文港口箱", "\u00a0\u00ad\u0301\u0308"),
    *("🚢🚆📦😀𝔄𐍈", "\ue000\ufffd\uffff\U0010ffff"),
)
"""Letters of the corridor and beyond; accents that combine, the astral planes, the last code point."""

_OPEN_END = 6
"""Repetitions of what a pattern repeats without end, as a rule."""


@cache
def writer(pattern: str, least: int = 0, most: int | None = None) -> Writer:
    """Give the function that writes strings of a pattern, from `least` to `most` characters."""
    write = _sequence(parser.parse(pattern), most)
    shape = re.compile(pattern.replace("$", r"\Z"))

    def fitting(rng: Random) -> str:
        for _ in range(1_000):
            text = write(rng)[:most]
            if len(text) >= least and shape.match(text):
                return text
        raise AssertionError(f"{pattern} gives nothing of {least} to {most} characters")

    return fitting


def luck(seed: str) -> Random:
    """Give a source of chance that is the same for each seed."""
    return Random(seed)  # noqa: S311 - a test that fails must fail again


def words(rng: Random, least: int, most: int) -> str:
    """Write text of one or several alphabets."""
    length = rng.choice((least, most, *[rng.randint(least, min(most, least + 30))] * 8))
    letters = "".join(rng.sample(ALPHABETS, rng.choice((1, 1, 2, 4))))
    return "".join(rng.choices(letters, k=length))


def _sequence(parsed, most) -> Writer:
    writers = [_part(code, argument, most) for code, argument in parsed]
    return lambda rng: "".join([write(rng) for write in writers])


def _part(code, argument, most) -> Writer:
    if code is ops.AT:
        return lambda _: ""
    if code is ops.LITERAL:
        return lambda _: chr(argument)
    if code is ops.IN:
        return _one_of(argument)
    if code is ops.SUBPATTERN:
        return _sequence(argument[3], most)
    if code is ops.BRANCH:
        branches = [_sequence(branch, most) for branch in argument[1]]
        return lambda rng: rng.choice(branches)(rng)
    assert code is ops.MAX_REPEAT, code
    return _repeated(*argument, most)


def _one_of(choices) -> Writer:
    if choices[0][0] is ops.NEGATE:
        refused = re.compile(f"[{re.escape(_letters(choices[1:]))}]")
        allowed = [letters for each in ALPHABETS if (letters := refused.sub("", each))]
        return lambda rng: rng.choice(rng.choice(allowed))
    letters = _letters(choices)
    return lambda rng: rng.choice(letters)


def _letters(choices) -> str:
    spans = [argument if code is ops.RANGE else (argument,) * 2 for code, argument in choices]
    return "".join(chr(point) for first, last in spans for point in range(first, last + 1))


def _repeated(least, most_times, parsed, most) -> Writer:
    """Repeat a part. Of free text, one alphabet or a few are used throughout."""
    if parsed[0][0] is ops.IN and parsed[0][1][0][0] is ops.NEGATE and most is not None:
        return lambda rng: words(rng, least, most)
    write = _sequence(parsed, most)
    end = least + _OPEN_END if most_times is ops.MAXREPEAT else most_times

    def repeated(rng: Random) -> str:
        times = rng.choice((least, end, rng.randint(least, end)))
        return "".join([write(rng) for _ in range(times)])

    return repeated


def laid_out(value, rng: Random) -> bytes:
    """Write a value as JSON: members in any order, spaces anywhere, any escape that JSON knows."""
    space = rng.choice(("", "", " ", "\n  ", "\t\r\n"))
    return f"{space}{_written(value, rng, space)}{space}".encode()


def _written(value, rng: Random, space: str) -> str:
    if isinstance(value, str):
        return _quoted(value, rng)
    if isinstance(value, list):
        return f"[{space}{f'{space},'.join([_written(each, rng, space) for each in value])}{space}]"
    if not isinstance(value, dict):
        return json.dumps(value)
    names = rng.sample(list(value), len(value))
    members = [f"{_quoted(name, rng)}{space}:{_written(value[name], rng, space)}" for name in names]
    return f"{{{space}{f',{space}'.join(members)}}}"


def _quoted(text: str, rng: Random) -> str:
    manner = rng.random()
    if manner < 0.02:  # now and then, every character by its number
        units = text.encode("utf-16-be", "surrogatepass").hex()
        return '"' + "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)) + '"'
    quoted = json.dumps(text, ensure_ascii=manner < 0.2)  # mostly as people do
    return quoted.replace("/", "\\/") if manner > 0.9 else quoted  # as PHP does
