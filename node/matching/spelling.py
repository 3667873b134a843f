"""Spelling: one word of a name in Latin or Cyrillic letters, brought to how it sounds.

Responsible for the ways in which the corridor's languages write one sound: kh, x and h; sh and ş; c, ç,
j, dzh and zh; q, k, g and gh; ə, ä, a and e; yu and ü; w and v. A word has one sound, or two where a
Latin c may be either. Must not know what a name is made of.

anyascii does the letters that nobody argues about; what it writes otherwise than the corridor does
is put in its place first.
"""
# ruff: noqa: RUF001  letters of the corridor's languages: they look like others on purpose

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

_LETTERS: Final = str.maketrans(
    {
        "щ": "s", "ш": "s", "ч": "j", "ж": "j", "җ": "j", "ҷ": "j", "ҹ": "j", "ц": "s",
        "х": "h", "ҳ": "h", "һ": "h", "ғ": "g", "қ": "k", "ҝ": "g", "ҡ": "k", "ў": "o", "ү": "u",
        "ұ": "u", "ө": "o", "ә": "a", "э": "e", "е": "e", "ё": "o", "ю": "u", "я": "a", "й": "i",
        "ы": "i", "і": "i", "ї": "i", "ъ": "", "ь": "", "ң": "n", "џ": "j",
        "ş": "s", "š": "s", "ç": "j", "č": "j", "ž": "j", "ğ": "g", "ə": "a", "ä": "e", "ı": "i",
        "ö": "o", "ü": "u", "ý": "i", "ň": "n", "ʻ": "", "ʼ": "", "‘": "", "’": "", "`": "", "'": "",
    }
)  # fmt: skip
"""Small letters to their sound, before anyascii."""

_GROUPS: Final = (
    (re.compile("shch|sch|sh"), "s"),
    (re.compile("dzh|dj|tch|zh|ch"), "j"),
    (re.compile("ts|tz"), "s"),
    (re.compile("kh|(?<!e)x|x(?![tpcs])"), "h"),
    (re.compile("x"), "ks"),  # export, tekstil: Latin words that kept their x
    (re.compile("gh"), "g"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("ck|q"), "k"),
    (re.compile("w"), "v"),
    (re.compile("of$"), "ov"),
    (re.compile("[yi]+(?=[aeou])"), ""),
    (re.compile("y"), "i"),
)
"""What several Latin letters stand for; the order matters."""

_SOFT_C: Final = re.compile("c(?=[eiy])")
_TWICE: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile("[aeiou]")
_ROUGHLY: Final = str.maketrans("gqhzjcfb", "kkksssvp")
_NOT_A_LETTER: Final = re.compile("[^a-z0-9]")


@lru_cache(maxsize=16_384)
def sounds(word: str) -> tuple[str, ...]:
    """Give how a word sounds: one spelling, or two where its c may be read in two ways.

    The same for capitals and small letters, for either alphabet, and for a letter written twice.
    """
    small = unicodedata.normalize("NFKC", word).lower().translate(_LETTERS)
    latin = _TWICE.sub(r"\1", _NOT_A_LETTER.sub("", anyascii(small).lower()))
    for group, sound in _GROUPS:
        latin = group.sub(sound, latin)
    if "c" not in latin:
        return (_TWICE.sub(r"\1", latin),)
    hard = _SOFT_C.sub("s", latin).replace("c", "k")
    return tuple(dict.fromkeys(_TWICE.sub(r"\1", each) for each in (latin.replace("c", "j"), hard)))


@lru_cache(maxsize=16_384)
def rough(sound: str) -> str:
    """Give the consonants of a sound, with those that are taken for each other made one.

    Гусейнов, Huseynov and Hüseynov are one here; so are Mammadov and Мамедов.
    """
    if not sound:
        return ""
    first = "a" if _VOWELS.match(sound) else sound[0]
    return _TWICE.sub(r"\1", (first + _VOWELS.sub("", sound[1:])).translate(_ROUGHLY))
