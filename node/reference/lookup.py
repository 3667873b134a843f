"""Looking into a code list: one code with what stands above and below it, or words.

Responsible for the order in which an officer reads the answer. Must not rank: a list is short
enough to be read, and codes stand in their own order.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from node.reference.editions import Entry

Place = Literal["above", "found", "below"]


def look_up(entries: Iterable[Entry], wanted: Sequence[str]) -> list[tuple[Place, Entry]]:
    """Find one code with its family, or the entries whose words hold all that is wanted.

    A code is above another if the other begins with it, as a chapter is above its headings; below
    are those directly under it. Nothing wanted: every entry.
    """
    listed = sorted(entries, key=lambda entry: entry.code)
    if len(wanted) == 1:
        family = _family(listed, wanted[0])
        if family:
            return family
    words = [word.casefold() for word in wanted]
    return [
        ("found", entry)
        for entry in listed
        if all(word in f"{entry.code} {entry.name}".casefold() for word in words)
    ]


def _family(listed: Sequence[Entry], text: str) -> list[tuple[Place, Entry]]:
    """Give a code's family; a text in small letters that is no code is a word, `baku` for one."""
    codes = {entry.code for entry in listed}
    code = text if text in codes else text.upper()
    if code not in codes and text != code:
        return []
    above = [entry for entry in listed if code.startswith(entry.code) and entry.code != code]
    found = [entry for entry in listed if entry.code == code]
    below = list(_directly_below(listed, code))
    if not found and not below:
        return []
    return [
        *(("above", entry) for entry in above),
        *(("found", entry) for entry in found),
        *(("below", entry) for entry in below),
    ]


def _directly_below(listed: Iterable[Entry], code: str) -> Iterator[Entry]:
    last = ""
    for entry in listed:  # in order, so that whatever is below another follows it
        is_below = entry.code.startswith(code) and entry.code != code
        if is_below and not (last and entry.code.startswith(last)):
            yield entry
            last = entry.code
