"""Countries, currencies and the corridor's UN/LOCODEs.

Responsible for the large lists of places and money, of which a part is loaded. Must not be asked
for a place by its name: Alat is a port in Azerbaijan and another town's border post in Uzbekistan.
Names are labels; the code is the key.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated

import pycountry
from pydantic.types import StringConstraints

from node.reference.codes import OpenList
from node.reference.forms import form

_COUNTRY = form("^[A-Z]{2}$", "two capital letters (ISO 3166-1)")
_CURRENCY = form("^[A-Z]{3}$", "three capital letters (ISO 4217)")
_LOCODE = form("^[A-Z]{2}[A-Z2-9]{3}$", "UN/LOCODE: country and three letters or digits 2 to 9")


def _countries() -> Mapping[str, str]:
    return {country.alpha_2: country.name for country in pycountry.countries}


def _currencies() -> Mapping[str, str]:
    return {currency.alpha_3: currency.name for currency in pycountry.currencies}


@cache
def _corridor() -> Mapping[str, str]:
    return {
        "AZALA": "Alat, ferry port of Baku (Alyat)",
        "AZAST": "Astara, border with Iran",
        "AZBAK": "Baku",
        "GEBUS": "Batumi",
        "GEPTI": "Poti",
        "GETBS": "Tbilisi",
        "IRBND": "Bandar Abbas",
        "IRTHR": "Tehran",
        "KGFRU": "Bishkek",
        "KZAAU": "Aktau",
        "KZALA": "Almaty",
        "KZKUR": "Quryq",
        "TJDYU": "Dushanbe",
        "TMASB": "Ashgabat",
        "TMFAR": "Farap, border with Uzbekistan",
        "TMKRW": "Turkmenbashi",
        "TRIST": "Istanbul",
        "TRMER": "Mersin",
        "UZBHK": "Bukhara",
        "UZSKD": "Samarkand",
        "UZTAS": "Tashkent",
        "UZTER": "Termez",
    }


COUNTRIES = OpenList("country", "ISO 3166-1, pycountry 26", "ISO", _countries, shape=_COUNTRY)
CURRENCIES = OpenList("currency", "ISO 4217, pycountry 26", "ISO", _currencies, shape=_CURRENCY)
LOCODES = OpenList("un-locode", "2024-2, corridor set", "UNECE", _corridor, shape=_LOCODE)

Country = Annotated[str, StringConstraints(pattern=_COUNTRY), COUNTRIES]
Currency = Annotated[str, StringConstraints(pattern=_CURRENCY), CURRENCIES]
Locode = Annotated[str, StringConstraints(pattern=_LOCODE), LOCODES]
