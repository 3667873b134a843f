"""The forms that the members of an entry may have.

Responsible for the checks of single values. Must not know which kind has which member (`event`).

Source: schemas/README.md §1, "Forms".
"""

import re
from collections.abc import Callable
from typing import Any, Final

from node.limits import MAX_RECIPIENTS

Check = Callable[[Any], bool]

_HASH: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of 32 bytes
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_AUTHORITY: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,12}")
_WORD: Final = re.compile(r"[\x21-\x7e]{1,128}")
_POINTER: Final = re.compile(r"[\x21-\x7e]{0,256}")
_LINE: Final = re.compile(r"[^\x00-\x1f]{1,256}")


def matches(pattern: re.Pattern[str]) -> Check:
    """Make the check of a text that a whole pattern describes."""
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def is_count(value: Any) -> bool:
    """Say whether a value is a whole number from 0; true and false are none."""
    return type(value) is int and value >= 0


def is_ordinal(value: Any) -> bool:
    """Say whether a value is a whole number from 1."""
    return is_count(value) and value > 0


def one_of(*words: str) -> Check:
    """Make the check of a text from a closed list."""
    return lambda value: isinstance(value, str) and value in words


def is_body(value: Any) -> bool:
    """Say whether a value holds the two digests of a sealed document."""
    return (
        isinstance(value, dict)
        and value.keys() == {"commit", "jwe"}
        and all(map(is_hash, value.values()))
    )


def is_recipients(value: Any) -> bool:
    """Say whether a value is a manifest's recipients: sorted by id, each once."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_RECIPIENTS:
        return False
    if not all(_is_recipient(row) for row in value):
        return False
    ids = [row["id"] for row in value]
    return ids == sorted(set(ids))


def _is_recipient(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {"id", "kid", "wrap", "agreement"}
        and is_authority(row["id"])
        and all(is_hash(row[name]) for name in ("kid", "wrap", "agreement"))
    )


def is_strings(value: Any) -> bool:
    """Say whether a value is a list of lines."""
    return isinstance(value, list) and len(value) <= MAX_RECIPIENTS and all(map(is_line, value))


def is_keys(value: Any) -> bool:
    """Say whether a value holds both keys of a directory's log."""
    return isinstance(value, list) and len(value) == 2 and all(map(is_text, value))  # noqa: PLR2004 - both keys


def is_holders(value: Any) -> bool:
    """Say whether a value is a list of holders with the digests of their keys."""
    return isinstance(value, list) and 1 <= len(value) <= MAX_RECIPIENTS and all(map(_is_holder, value))


def _is_holder(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {"id", "key"}
        and is_authority(row["id"])
        and is_hash(row["key"])
    )


def is_text(value: Any) -> bool:
    """Say whether a value is text."""
    return isinstance(value, str)


is_hash = matches(_HASH)
is_id = matches(_UUID)
is_authority = matches(_AUTHORITY)
is_word = matches(_WORD)
is_line = matches(_LINE)
is_pointer = matches(_POINTER)
is_status = one_of("accepted", "refused")
