"""Customs offices: country and six characters, as each country numbers its own.

Responsible for the list that authorities load, country by country. No office is built in: there is
no public list of those on the corridor. Without a loaded one, only the country is asked.
"""

from collections.abc import Mapping

from node.reference.codes import OpenList
from node.reference.forms import form
from node.reference.places import COUNTRIES

OFFICE_FORM = form("^[A-Z]{2}[A-Z0-9]{6}$", "a customs office: country and 6 capitals or digits")

_OFFICES_ONLY = frozenset({"XI", "XK"})
"""Northern Ireland and Kosovo: in office codes, though not in ISO 3166-1."""


def _none() -> Mapping[str, str]:
    return {}


def _has_country(code: str) -> bool:
    return code[:2] in COUNTRIES.codes or code[:2] in _OFFICES_ONLY


OFFICES = OpenList(
    "customs-office",
    "countries only",
    "the customs authority of each country",
    _none,
    shape=OFFICE_FORM,
    admits=_has_country,
    by_country=True,
)
