"""Names: taken apart into the sounds of their words, legal form and all.

Responsible for what a name consists of, and for how much there is in it. Must not compare two names:
that is `likeness`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from node.matching.legal_forms import EVERYDAY, FORM_GROUPS, PHRASES
from node.matching.spelling import rough, sounds

Word = tuple[str, ...]
"""How one word sounds: once, or in two ways."""

_WORD: Final = re.compile(r"[\w'ʻʼ‘’`]+")  # noqa: RUF001  apostrophes of Uzbek
_DOTTED: Final = re.compile(r"\b(?:\w\.){2,}")
_SHORT: Final = 5
"""Letters: a company's name of one word no longer than this is anybody's."""

_FULL: Final = 3
"""Words: a person's given name and surname are shared by thousands; with the father's, by few."""

_FATHERS: Final = re.compile("(?<=..)(?:ovij|evij|ovna|evna)$")
_SON_OR_DAUGHTER: Final = frozenset({"oglu", "ogli", "ugli", "kizi", "gizi"})
"""How a father's name is marked, as it sounds: by an ending or by a word of its own."""

_MOST_KEYS: Final = 6
_ROUGH: Final = 3
"""Consonants: fewer would be found by too many others."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, taken apart.

    Attributes:
        written: as it stands in the document.
        words: how each sounds; legal forms left out.
        form: the group of legal forms; empty where none is named.
        is_person: whether it names a natural person.
    """

    written: str
    words: tuple[Word, ...]
    form: str
    is_person: bool

    @property
    def own(self) -> tuple[Word, ...]:
        """The words that say which company it is; all of a person's."""
        if self.is_person:
            return self.words
        return tuple(word for word in self.words if EVERYDAY.keys().isdisjoint(word))

    @property
    def is_thin(self) -> bool:
        """Whether there is too little in it to stand alone.

        Of a company: one short word, or nothing but everyday words. Of a person: fewer than three
        words in full.
        """
        if self.is_person:
            return sum(len(word[0]) > 1 for word in self.words) < _FULL
        return not self.own or (len(self.words) == 1 and len(self.words[0][0]) <= _SHORT)


@lru_cache(maxsize=16_384)
def read_name(written: str, *, is_person: bool = False) -> Name:
    """Take a name apart."""
    plain = written if is_person else _DOTTED.sub(lambda found: found[0].replace(".", ""), written)
    words = [word for word in map(sounds, _WORD.findall(plain)) if word[0]]
    if is_person:
        return Name(written, _of_person(words), "", is_person=True)
    form, others = _without_phrase(words)
    kept = []
    for place, word in enumerate(others):
        group = next((FORM_GROUPS[sound] for sound in word if sound in FORM_GROUPS), "")
        if group and place in {0, len(others) - 1, len(others) - 2}:
            form = form or group
        else:
            kept.append(word)
    if not kept:  # a company may be called like a legal form, and is called something
        return Name(written, tuple(others), "", is_person=False)
    return Name(written, tuple(kept), form, is_person=False)


def _without_phrase(words: list[Word]) -> tuple[str, list[Word]]:
    """Leave out a legal form that is written in full."""
    for phrase, group in PHRASES:
        for start in range(len(words) - len(phrase) + 1):
            if all(sound in words[start + at] for at, sound in enumerate(phrase)):
                return group, words[:start] + words[start + len(phrase) :]
    return "", words


def _of_person(words: list[Word]) -> tuple[Word, ...]:
    """Bring the father's name to itself, however it is marked."""
    kept = [word for word in words if _SON_OR_DAUGHTER.isdisjoint(word)]
    if len(kept) < _FULL:
        return tuple(kept)
    return tuple(tuple(dict.fromkeys(_FATHERS.sub("", sound) for sound in word)) for word in kept)


def name_keys(name: Name) -> tuple[str, ...]:
    """Give the keys by which a name is found; none for one that is too thin to stand alone.

    Of a company: how its two longest words of its own begin and end, roughly as they sound, so that
    one slip leaves a key. Of a person: each two of its words together.
    """
    if name.is_thin:
        return ()
    codes = [_codes(word) for word in name.own]
    if name.is_person:
        pairs = (
            "+".join(sorted((one, other)))
            for place, first in enumerate(codes)
            for second in codes[place + 1 :]
            for one in first
            for other in second
        )
        return tuple(dict.fromkeys(pairs))[:_MOST_KEYS]
    longest = sorted(codes, key=lambda each: (-max(map(len, each)), each))[:2]
    telling = [code for each in longest for code in each if len(code) >= _ROUGH] or list(longest[0])
    ends = [end for code in telling for end in (f"<{code[:_ROUGH]}", f"{code[-_ROUGH:]}>")]
    return tuple(dict.fromkeys(ends))[:_MOST_KEYS]


def _codes(word: Word) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rough(sound) for sound in word))
