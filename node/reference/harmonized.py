"""The Harmonized System: its chapters, and the headings that matter most on the corridor.

Responsible for the part that is built in, in our own short words. A code of a chapter that exists
counts as known; one of a chapter that does not (00, 77, 98, 99) is doubted. With a loaded edition
every code is asked by itself.

Source: WCO, Harmonized System 2022; chapter 77 is reserved, 98 and 99 are left to national use.
"""

from collections.abc import Mapping

from node.reference.codes import OpenList
from node.reference.forms import form

_CODE = form("^[0-9]{2}([0-9]{2}){0,2}$", "an HS chapter, heading or sub-heading: 2, 4 or 6 digits")


def _chapters() -> Mapping[str, str]:
    return {
        "01": "Live animals.", "02": "Meat.", "03": "Fish and seafood.",
        "04": "Milk, eggs, honey.", "05": "Other products of animals.", "06": "Live plants, flowers.",
        "07": "Vegetables.", "08": "Fruit and nuts.", "09": "Coffee, tea, spices.",
        "10": "Cereals.", "11": "Flour, malt, starch.", "12": "Oil seeds, other seeds and plants.",
        "13": "Gums, resins, plant extracts.", "14": "Other products of plants.",
        "15": "Fats, oils, waxes.", "16": "Prepared meat and fish.", "17": "Sugar, sweets.",
        "18": "Cocoa, chocolate.", "19": "Bakery goods, pasta, cereal food.",
        "20": "Prepared vegetables, fruit, nuts.", "21": "Other food preparations.",
        "22": "Beverages, spirits, vinegar.", "23": "Food waste, animal feed.", "24": "Tobacco.",
        "25": "Salt, stone, lime, cement.", "26": "Ores, slag, ash.",
        "27": "Mineral fuels and oils.", "28": "Inorganic chemicals.", "29": "Organic chemicals.",
        "30": "Medicines.", "31": "Fertilizers.", "32": "Dyes, paints, inks.",
        "33": "Essential oils, cosmetics.", "34": "Soap, washing agents, waxes.",
        "35": "Proteins, glues, enzymes.", "36": "Explosives, fireworks, matches.",
        "37": "Photographic goods.", "38": "Other chemical products.", "39": "Plastics.",
        "40": "Rubber.", "41": "Hides and leather.", "42": "Articles of leather, bags.",
        "43": "Furs.", "44": "Wood.", "45": "Cork.", "46": "Basketwork.", "47": "Pulp, waste paper.",
        "48": "Paper and board.", "49": "Books, printed matter.", "50": "Silk.",
        "51": "Wool, animal hair.", "52": "Cotton.", "53": "Other vegetable fibres.",
        "54": "Man-made filaments.", "55": "Man-made staple fibres.",
        "56": "Wadding, felt, twine, rope.", "57": "Carpets.", "58": "Special fabrics, lace.",
        "59": "Coated and technical fabrics.", "60": "Knitted fabrics.", "61": "Knitted clothing.",
        "62": "Other clothing.", "63": "Other textile articles, worn clothing.", "64": "Footwear.",
        "65": "Headgear.", "66": "Umbrellas, sticks, whips.", "67": "Feathers, artificial flowers.",
        "68": "Articles of stone, plaster, cement.", "69": "Ceramics.", "70": "Glass.",
        "71": "Precious metals and stones, jewellery.", "72": "Iron and steel.",
        "73": "Articles of iron and steel.", "74": "Copper.", "75": "Nickel.", "76": "Aluminium.",
        "78": "Lead.", "79": "Zinc.", "80": "Tin.", "81": "Other base metals.",
        "82": "Tools, cutlery.", "83": "Other articles of base metal.", "84": "Machinery.",
        "85": "Electrical machinery, electronics.", "86": "Railway stock and track.",
        "87": "Road vehicles.", "88": "Aircraft, spacecraft.", "89": "Ships, boats.",
        "90": "Optical, measuring, medical instruments.", "91": "Clocks, watches.",
        "92": "Musical instruments.", "93": "Arms, ammunition.", "94": "Furniture, lamps.",
        "95": "Toys, games, sports goods.", "96": "Other manufactured articles.",
        "97": "Art, antiques.",
    }  # fmt: skip


def _corridor() -> Mapping[str, str]:
    return {
        "0806": "Grapes, fresh or dried.", "080610": "Fresh grapes.", "080620": "Dried grapes.",
        "1211": "Plants for perfumery, pharmacy and the like.",
        "1302": "Vegetable saps and extracts.", "130211": "Opium.",
        "2402": "Cigars and cigarettes.", "240220": "Cigarettes with tobacco.",
        "2710": "Petroleum oils, not crude.", "2806": "Hydrogen chloride.",
        "2807": "Sulphuric acid.", "2841": "Salts of metallic acids.",
        "284161": "Potassium permanganate.", "2902": "Cyclic hydrocarbons.", "290230": "Toluene.",
        "2909": "Ethers.", "290911": "Diethyl ether.", "2914": "Ketones and quinones.",
        "291411": "Acetone.", "291412": "Methyl ethyl ketone.",
        "2915": "Saturated acids with one acid group.", "291524": "Acetic anhydride.",
        "2933": "Heterocyclic compounds with nitrogen only.",
        "2939": "Alkaloids.", "293941": "Ephedrine and its salts.",
        "293942": "Pseudoephedrine and its salts.",
        "3003": "Medicines, not put up for sale.", "3004": "Medicines, put up for sale.",
        "3604": "Fireworks, rockets, signals.", "3902": "Polymers of propylene.",
        "390210": "Polypropylene.", "5201": "Cotton, not carded or combed.",
        "7108": "Gold.", "8471": "Computers.", "8542": "Integrated circuits.",
        "8703": "Cars.", "9302": "Revolvers and pistols.", "9306": "Bombs, cartridges, ammunition.",
    }  # fmt: skip


def _built_in() -> Mapping[str, str]:
    return dict(sorted({**_chapters(), **_corridor()}.items()))


def _has_chapter(code: str) -> bool:
    return code[:2] in HARMONIZED.codes


HARMONIZED = OpenList(
    "hs",
    "2022, chapters",
    "WCO Harmonized System",
    _built_in,
    shape=_CODE,
    admits=_has_chapter,
    edition="2022",
    edition_member="hs_edition",
)
