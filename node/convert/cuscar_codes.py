"""Codes of CUSCAR and what they mean in a notice.

Responsible for the tables, each with its source. Must not read segments. Where a code has no
counterpart it is not in the table: the reader names it as dropped, or fails, as the table says.
Sources are the UN/EDIFACT code lists (D.95B to D.18A) by the number of the data element.
"""

MANIFESTS = ("85", "785", "788", "833", "850", "851", "270", "632", "705", "720", "730", "933")
"""1001: what a cargo report is called in practice. Others are taken too, and doubted."""

FUNCTIONS = {"": "9", "9": "9", "5": "5", "1": "1"}
"""1225 to the function of a document. Additions and changes (2, 4) would need the former state."""

MAIN_CARRIAGE = ("20", "")
PRE_CARRIAGE = "10"
ON_CARRIAGE = "30"
"""8051: which stage of the journey a TDT is about."""

BY_PLATE = {"2": "21", "3": "30", "4": "41", "8": "81"}
"""Mode to the identification type of an active means other than a ship."""

CARRIED_BY = {"2": "20", "3": "30"}
"""Mode of a means inside a consignment to its identification type as a means carried on a ship."""

MEANS_OF_STAGE = {"1": "10", "2": "20", "3": "30", "4": "41", "8": "80"}
"""Mode to the identification type of a means before or after the crossing."""

SHIP_LISTS = ("146", "11", "54", "6", "ZZZ")
CARRIER_LISTS = ("172", "20", "166", "182", "ZZZ")
"""1131 and 3055: lists that numbers of ships and carriers are from."""

BOXES = {"CN": "", "SW": "ilu", "UL": "other"}
"""8053: what is a box, and its numbering where that is certain."""

CARRIED = {"RR": "20", "BX": "20", "TE": "31", "AE": "31", "CH": "31"}
"""8053: rail cars and trailers are passive means; to their identification type."""

PACKED = {"4": "4", "5": "5", "1": "5", "2": "5", "3": "5", "7": "5", "8": "5", "9": "5"}
"""8169 to empty or full: partly full and the kinds of load are full."""

SEALED_BY = {"CA": "CA", "CU": "CU", "SH": "SH", "TO": "TO", "AC": "CU", "TR": "TO"}
"""9303 to the party that set the seal."""

HOUSE_FIRST = ("HWB", "BH", "BM", "CMR", "AWB", "AAM", "AAS", "MB", "MWB")
"""1153: transport documents, the house document before the master document."""

DOCUMENT_TYPES = {
    "HWB": "N703",
    "BH": "N714",
    "BM": "N705",
    "CMR": "N730",
    "AWB": "N740",
    "MB": "N704",
    "MWB": "N741",
}
"""1153 to the kind of transport document; AAM and AAS do not name the kind."""

DOCUMENT_OF_MODE = {"1": "N705", "2": "N722", "3": "N730", "4": "N740", "8": "N705"}
"""Kind of transport document where only a number is given; on the corridor's rails it is SMGS."""

DECLARATIONS = ("ABT", "AAE", "MRN")
"""1153: number of the goods declaration behind the cargo."""

HEAD_PARTIES = {"CA": "carrier", "DT": "declarant", "AG": "representative", "MS": "submitter"}
CARGO_PARTIES = {
    "CZ": "consignor",
    "CN": "consignee",
    "CA": "carrier",
    "BY": "buyer",
    "SE": "seller",
    "EX": "exporter",
    "IM": "importer",
}
"""3035 to the role of a party, of the whole notice and of one consignment."""

COMMUNICATIONS = {"TE": "TE", "EM": "EM", "FX": "FX"}
"""3155 to the kind of number."""

PLACES = {
    "9": "place_of_loading",
    "11": "place_of_unloading",
    "12": "place_of_unloading",
    "7": "place_of_delivery",
    "10": "place_of_acceptance",
    "88": "place_of_acceptance",
}
COUNTRIES = {"35": "country_of_exportation", "36": "country_of_destination"}
OFFICES = {"41": "office_of_entry", "42": "office_of_exit", "22": "office_of_presentation"}
ORIGIN = "27"
"""3227: what a LOC is about."""

ESTIMATED_ARRIVAL = ("132", "232")
DEPARTURES = {
    "133": "estimated_departure_at",
    "189": "estimated_departure_at",
    "136": "actual_departure_at",
    "186": "actual_departure_at",
}
"""2005: what a DTM of the transport is about."""

WEIGHTS = ("WT", "AAE", "AAI", "AAY")
GROSS = ("G", "AAB", "WX")
NET = ("N", "AAA", "AAC", "AAL")
"""6311 and 6313: a weight, of which kind."""

TOTAL_MASS = ("7", "15")
TOTAL_PACKAGES = "11"
TOTALS_COUNTED = {"10": "consignments", "16": "equipment"}
"""6069: what a CNT counts."""

VALUES = ("38", "39", "40", "44", "66")
"""5025: an amount that is the value of the goods."""

SAME_LISTS = ("", "139", "6", "102", "5", "162", "HS", "122", "146", "11", "ZZZ")
"""1131 and 3055: the lists that our codes come from anyway."""
