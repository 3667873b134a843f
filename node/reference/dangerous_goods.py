"""UN numbers of dangerous goods.

Responsible for the numbers that a drug-control or fire officer on the corridor meets, by name, and
for the ranges in which all others lie. The whole list (UN Model Regulations) can be loaded.
"""

from collections.abc import Mapping

from node.reference.codes import OpenList
from node.reference.forms import form

UN_NUMBER_FORM = form("^[0-9]{4}$", "a UN number of 4 digits")

_RANGES = (("0004", "0599"), ("1001", "3699"))
"""Explosives, everything else; with room for the numbers that each revision adds at the end."""


def _numbers() -> Mapping[str, str]:
    return {
        "0004": "Ammonium picrate, dry or nearly dry.",
        "0027": "Black powder, granular or as a meal.",
        "0030": "Detonators, electric, for blasting.",
        "0081": "Blasting explosive, type A.",
        "0241": "Blasting explosive, type E.",
        "0336": "Fireworks of class 1.4G.",
        "1005": "Ammonia, anhydrous.",
        "1011": "Butane.",
        "1017": "Chlorine.",
        "1075": "Petroleum gases, liquefied.",
        "1090": "Acetone.",
        "1155": "Diethyl ether.",
        "1193": "Methyl ethyl ketone.",
        "1202": "Diesel fuel, gas oil, light heating oil.",
        "1203": "Petrol.",
        "1223": "Kerosene.",
        "1230": "Methanol.",
        "1267": "Petroleum crude oil.",
        "1294": "Toluene.",
        "1350": "Sulphur.",
        "1490": "Potassium permanganate.",
        "1689": "Sodium cyanide, solid.",
        "1715": "Acetic anhydride.",
        "1717": "Acetyl chloride.",
        "1789": "Hydrochloric acid.",
        "1830": "Sulphuric acid, above 51 per cent.",
        "1942": "Ammonium nitrate, with little combustible matter.",
        "1965": "Hydrocarbon gas mixture, liquefied.",
        "1971": "Methane, or natural gas, compressed.",
        "2067": "Fertilizer based on ammonium nitrate.",
        "2789": "Acetic acid, glacial or above 80 per cent.",
        "2908": "Radioactive material, excepted package: empty packaging.",
        "2910": "Radioactive material, excepted package: limited quantity.",
        "2912": "Radioactive material of low specific activity, LSA-I.",
        "2915": "Radioactive material, type A package.",
        "2977": "Uranium hexafluoride, fissile.",
        "2978": "Uranium hexafluoride.",
        "3077": "Substance hazardous to the environment, solid.",
        "3082": "Substance hazardous to the environment, liquid.",
        "3090": "Lithium metal batteries.",
        "3480": "Lithium ion batteries.",
        "3481": "Lithium ion batteries in or with equipment.",
    }


def _is_in_range(number: str) -> bool:
    return any(first <= number <= last for first, last in _RANGES)


UN_NUMBERS = OpenList(
    "un-number",
    "corridor set",
    "UN Model Regulations, dangerous goods list",
    _numbers,
    shape=UN_NUMBER_FORM,
    admits=_is_in_range,
)
