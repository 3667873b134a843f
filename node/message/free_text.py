"""Free text: signs of a person's data in it, and words that describe nothing.

Responsible for warnings while writing and on receipt. Must not refuse or change any text, and
cannot find every name: it finds what is shaped like personal data.
"""

import re

from node.reference.identifiers import fold

_SIGNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.\w+"), "looks like an e-mail address"),
    (re.compile(r"\+[0-9][0-9 ()-]{8,}[0-9]"), "looks like a telephone number"),
    (
        re.compile(r"\b(?:passport|pasport|паспорт)\W+(?:no|nr|№)?\W*\w*[0-9]{6,}", re.IGNORECASE),
        "looks like a passport number",
    ),
    (
        re.compile(
            r"\b(?:mr|mrs|ms|gr-n|гр-н|г-н|г-жа|jenap|cənab|janob)\b\.?\s+\w",  # noqa: RUF001
            re.IGNORECASE,
        ),
        "looks like the name of a person",
    ),
)

_VAGUE = frozenset(
    map(
        fold,
        (
            *("accessories", "apparel", "chemicals", "consolidated", "electronics", "equipment"),
            *("foodstuffs", "freight all kinds", "general cargo", "gifts", "goods", "groupage"),
            *("household goods", "machinery", "machines", "materials", "miscellaneous", "parts"),
            *("personal effects", "products", "samples", "spare parts", "tools", "various goods"),
            *("сборный груз", "товары", "запчасти", "оборудование", "продукты"),
        ),
    )
)
"""Descriptions that leave the officer as wise as before; compared as a whole, folded."""


def nominal_sign(text: str) -> str:
    """Say which kind of personal data a text seems to hold; empty when none is seen."""
    for sign, reason in _SIGNS:
        if sign.search(text):
            return reason
    return ""


def is_vague(description: str) -> bool:
    """Say whether a goods description is one of those that describe nothing."""
    return fold(description) in _VAGUE
