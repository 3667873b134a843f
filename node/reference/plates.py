"""Plates of powered vehicles: the usual forms of the countries on the corridor.

Responsible for saying that a plate has not the form its country usually gives. Older, diplomatic
and transit plates have others, and trailers have forms of their own: so this is a doubt at most,
and of countries whose form is not sure nothing is said.
"""

import re
from collections.abc import Mapping

from node.reference.identifiers import fold

_USUAL: Mapping[str, tuple[re.Pattern[str], str]] = {
    "AZ": (re.compile("[0-9]{2}[A-Z]{2}[0-9]{3}"), "99-AA-999"),
    "GE": (re.compile("[A-Z]{2}[0-9]{3}[A-Z]{2}|[A-Z]{3}[0-9]{3}"), "AA-999-AA or AAA-999"),
    "IR": (re.compile(r"\d{2}[^\W\d_]{1,4}\d{5}"), "99 letter 999 99"),
    "KZ": (re.compile("[0-9]{3}[A-Z]{2,3}(?:0[1-9]|1[0-9]|20)"), "999 AAA 99 or 999 AA 99, region last"),
    "RU": (re.compile("[ABEKMHOPCTYX][0-9]{3}[ABEKMHOPCTYX]{2}[0-9]{2,3}"), "A 999 AA 99 or 999"),
    "TM": (re.compile("[A-Z]{2}[0-9]{4}(?:AG|AH|BN|DZ|LB|MR)"), "AA 99 99 and the region's two letters"),
    "TR": (
        re.compile(
            "(?:0[1-9]|[1-7][0-9]|8[01])(?:[A-Z][0-9]{4,5}|[A-Z]{2}[0-9]{3,4}|[A-Z]{3}[0-9]{2,3})"
        ),
        "province 01 to 81, one to three letters, two to five digits",
    ),
    "UZ": (
        re.compile("[0-9]{2}(?:[A-Z][0-9]{3}[A-Z]{2}|[0-9]{3}[A-Z]{3})"),
        "99 A 999 AA or 99 999 AAA",
    ),
}
"""Country to the usual form of its plates, folded; and the same for people: 9 a digit, A a letter."""


def plate_doubt(text: str, country: str | None) -> str:
    """Say why the plate of a powered vehicle is doubtful; empty where it is not, or nothing is known."""
    known = _USUAL.get(country or "")
    if known is None or known[0].fullmatch(fold(text)):
        return ""
    return f"not the usual form of a plate of {country}: {known[1]}"
