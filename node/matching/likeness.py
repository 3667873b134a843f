"""Likeness: how alike two names are, of 100, whatever their script and the order of their words.

Responsible for comparing names word by word. Must not decide whether a name is enough for a match: that
is `score`. Words that both names lack in each other are two companies of one family far more often than
two spellings of one; so they weigh more than a word that only one of them has.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import Final

from rapidfuzz.distance import OSA

from node.matching.legal_forms import EVERYDAY
from node.matching.names import Name, Word
from node.matching.spelling import rough

ALIKE: Final = 86
"""Of 100: below this, two names are not called alike."""

_SAME, _ROUGHLY, _ONE_SLIP, _TWO_SLIPS, _INITIAL = 100, 95, 90, 86, 90
_LETTERS_FOR_ONE, _LETTERS_FOR_TWO, _MORE_IN_PEOPLE = 5, 9, 2
_FARTHEST: Final = 3
"""Letters that two words of the same rough sound may differ in; fewer where they are short."""

_EVERYDAY_PERCENT: Final = 40
_CLASH, _CLASH_PERCENT = 14, 60
_LACKS: Final = 15
_LACKS_LITTLE: Final = 8
_OTHER_FORM: Final = 4
_JOINED: Final = 97


@lru_cache(maxsize=65_536)
def likeness(one: Name, other: Name) -> int:
    """Say how alike two names are, of 100. Symmetric; 100 for a name and itself.

    Nothing for initials alone, nor for a company beside a person.
    """
    if one.is_person != other.is_person or not one.words or not other.words:
        return 0
    forms = _OTHER_FORM if one.form and other.form and one.form != other.form else 0
    return max(0, max(_by_words(one, other), _joined(one, other)) - forms)


def _by_words(one: Name, other: Name) -> int:
    pairs = _pairs(one, other)
    if not any(_is_full(one, i) and _is_full(other, j) for i, j, _ in pairs):
        return 0
    first = _left(one, {i for i, _, _ in pairs})
    second = _left(other, {j for _, j, _ in pairs})
    worth = [_worth(one, one.words[i]) + _worth(other, other.words[j]) for i, j, _ in pairs]
    average = sum(each * alike for each, (_, _, alike) in zip(worth, pairs, strict=True)) // sum(worth)
    lost = [_total(one, first), _total(other, second)]
    if all(lost):
        return average - _CLASH - _CLASH_PERCENT * sum(lost) // (sum(worth) + sum(lost))
    return average - sum(_lack(name, left) for name, left in ((one, first), (other, second)))


def _is_full(name: Name, place: int) -> bool:
    """Say whether a word is more than the initial of a person."""
    return not name.is_person or len(name.words[place][0]) > 1


def _pairs(one: Name, other: Name) -> list[tuple[int, int, int]]:
    """Pair the words that are alike, the most alike first; each word once."""
    alike = [
        (-_alike(first, second, is_person=one.is_person), abs(i - j), i + j, i, j)
        for (i, first), (j, second) in product(enumerate(one.words), enumerate(other.words))
    ]
    pairs: list[tuple[int, int, int]] = []
    for negative, _, _, i, j in sorted(alike):
        if negative and all(i != first and j != second for first, second, _ in pairs):
            pairs.append((i, j, -negative))
    return pairs


def _alike(one: Word, other: Word, *, is_person: bool) -> int:
    if not is_person and not _said(one).isdisjoint(_said(other)):
        return _SAME  # trade, savdo and ticaret say one thing
    spare = -_MORE_IN_PEOPLE if is_person else int(bool(_said(one) or _said(other)))
    return max(_alike_sounds(first, second, spare) for first, second in product(one, other))


def _alike_sounds(one: str, other: str, spare: int) -> int:
    """Compare two sounds; `spare` letters are added when it is asked whether they are long enough.

    Surnames differ in one letter and are two; a word like trade is known although it is short.
    """
    if one == other:
        return _SAME
    if min(len(one), len(other)) == 1:
        return _INITIAL if spare < 0 and one[0] == other[0] else 0
    slips = OSA.distance(one, other)
    consonants = rough(one)
    if consonants == rough(other) and slips <= min(_FARTHEST, len(consonants) - 1):
        return _ROUGHLY
    letters = min(len(one), len(other)) + spare
    if slips == 1 and letters >= _LETTERS_FOR_ONE:
        return _ONE_SLIP
    return _TWO_SLIPS if slips == 2 and letters >= _LETTERS_FOR_TWO else 0  # noqa: PLR2004


def _said(word: Word) -> frozenset[str]:
    return frozenset(EVERYDAY[sound] for sound in word if sound in EVERYDAY)


def _left(name: Name, paired: Iterable[int]) -> tuple[Word, ...]:
    taken = frozenset(paired)
    return tuple(word for place, word in enumerate(name.words) if place not in taken)


def _worth(name: Name, word: Word) -> int:
    """Give what a word weighs: by its length; an everyday word less."""
    is_everyday = not name.is_person and not EVERYDAY.keys().isdisjoint(word)
    return len(word[0]) * (_EVERYDAY_PERCENT if is_everyday else 100)


def _total(name: Name, words: Iterable[Word]) -> int:
    return sum(_worth(name, word) for word in words)


def _lack(name: Name, left: Iterable[Word]) -> int:
    """Give what it costs that the other name lacks these words: the father's name, a trade, more."""
    return sum(
        _LACKS_LITTLE if name.is_person or not EVERYDAY.keys().isdisjoint(word) else _LACKS
        for word in left
    )


def _joined(one: Name, other: Name) -> int:
    """Say whether the words are the same when written together, as Ipak Yoli and Ipakyoli are."""
    if len(one.words) == len(other.words):
        return 0
    first, second = ("".join(word[0] for word in name.words) for name in (one, other))
    return _JOINED if first == second else 0
