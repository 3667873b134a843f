"""Noise: what hands, keyboards and other programs do to identifiers and names.

Responsible for each way of spoiling a text, one function each. Must not know how any of it is undone.
"""
# ruff: noqa: RUF001  letters that look like others are the point of it

from random import Random
from typing import Final

_FOREIGN: Final = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_ALIKE: Final = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8"}
_PLAIN: Final = str.maketrans("əöüğıçşİƏÖÜĞÇŞýňžäÝŇŽÄ", "eougicsIEOUGCSynzaYNZA", "ʻ'")
_CYRILLIC_PREFIX: Final = {"SMGS": "СМГС", "CMR": "ЦМР"}


def spaced(rng: Random, text: str) -> str:
    """Put signs between, or take them out."""
    bare = "".join(letter for letter in text if letter.isalnum())
    if bare != text and rng.random() < 0.5:  # noqa: PLR2004  one half
        return bare
    place, sign = rng.randrange(2, len(bare) - 1), rng.choice((" ", "-", ".", "/"))
    return f"{bare[:place]}{sign}{bare[place:]}"


def lowered(_: Random, text: str) -> str:
    """Write in small letters."""
    return text.lower()


def foreign(_: Random, text: str) -> str:
    """Write Latin letters as the Cyrillic ones that look the same."""
    return text.translate(_FOREIGN)


def alike(rng: Random, text: str) -> str:
    """Write O for 0, I for 1, S for 5 or B for 8, or the other way, in one place or two."""
    places = [place for place, letter in enumerate(text) if letter in _ALIKE]
    written = list(text)
    for place in rng.sample(places, min(len(places), rng.randint(1, 2))):
        written[place] = _ALIKE[written[place]]
    return "".join(written)


def bare(_: Random, text: str) -> str:
    """Leave the check digit out."""
    return text[:-1]


def mistyped(rng: Random, text: str) -> str:
    """Write one other digit."""
    place = rng.choice([place for place, letter in enumerate(text) if letter.isdigit()])
    other = rng.choice([digit for digit in "0123456789" if digit != text[place]])
    return f"{text[:place]}{other}{text[place + 1 :]}"


def changed_over(rng: Random, text: str) -> str:
    """Change two neighbours over that differ, digits both."""
    places = [
        place
        for place in range(len(text) - 1)
        if text[place : place + 2].isdigit() and text[place] != text[place + 1]
    ]
    place = rng.choice(places)
    return f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"


def prefixed(rng: Random, text: str) -> str:
    """Write the word before a document's number in another alphabet, or leave it out."""
    word, _, number = text.partition("-")
    return number if rng.random() < 0.5 else f"{_CYRILLIC_PREFIX[word]}-{number}"  # noqa: PLR2004  one half


def plain(_: Random, text: str) -> str:
    """Leave the marks on letters out, as a keyboard without them does."""
    return text.translate(_PLAIN)


def slipped(rng: Random, text: str) -> str:
    """Write one small letter of a name wrong: another, twice, or not at all."""
    places = [place for place, letter in enumerate(text) if letter.islower() and place > 1]
    place = rng.choice(places)
    instead = rng.choice((rng.choice("aeiounrlst"), text[place] * 2, ""))
    return f"{text[:place]}{instead}{text[place + 1 :]}"
