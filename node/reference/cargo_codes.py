"""Code lists of transport, cargo and parties.

Responsible for the codes that say what moves, how, and in what. The large lists of the UN are
held in the part the corridor needs; an unknown code there is a doubt, not a refusal.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic.types import StringConstraints

from node.reference.codes import CodeList, OpenList
from node.reference.forms import form

_VERSION = "2026-1"
_OWN = "Sarbon"

_TYPE4 = form("^[A-Z0-9]{4}$", "a document type of four capitals or digits")
_PACKAGE = form("^[A-Z0-9]{2}$", "a package type of two capitals or digits (UN/CEFACT Rec 21)")
_UNIT = form("^[A-Z0-9]{2,3}$", "a unit of two or three capitals or digits (UN/CEFACT Rec 20)")

TRANSPORT_MODES = CodeList(
    "transport-mode",
    "Rec 19",
    "UN/CEFACT Recommendation 19",
    {
        "0": "Not specified.",
        "1": "Maritime; the mode of a ferry crossing, whatever is on board.",
        "2": "Rail.",
        "3": "Road.",
        "4": "Air.",
        "5": "Mail.",
        "6": "Multimodal. Some countries use 6 for roll-on roll-off: map it to 1 when sending.",
        "7": "Fixed installation, such as a pipeline.",
        "8": "Inland water.",
        "9": "Not applicable.",
    },
)
COMBINED_MODES = CodeList(
    "combined-mode",
    _VERSION,
    "EU transit reference data",
    {
        "12": "Railway wagon on a sea-going vessel.",
        "16": "Powered road vehicle on a sea-going vessel.",
        "17": "Trailer or semi-trailer, without its tractor, on a sea-going vessel.",
        "18": "Inland vessel on a sea-going vessel.",
        "23": "Road vehicle on a railway wagon.",
    },
)
IDENTIFICATION_TYPES = CodeList(
    "means-identification-type",
    "CL750",
    "EU code list 750",
    {
        "10": "IMO ship identification number.",
        "11": "Name of a sea-going vessel.",
        "20": "Number of a railway wagon: 8 digits (1520 mm) or 12 digits (UIC).",
        "21": "Number of a train.",
        "30": "Registration plate of a powered road vehicle.",
        "31": "Registration plate of a trailer or semi-trailer.",
        "40": "Flight number.",
        "41": "Registration of an aircraft.",
        "80": "European vessel identification number (inland water).",
        "81": "Name of an inland waterway vessel.",
    },
)
CONTAINER_INDICATORS = CodeList(
    "container-indicator",
    _VERSION,
    "UN/EDIFACT 7365, two of its codes",
    {"0": "The goods are not in a container.", "1": "The goods are in at least one container."},
)
EQUIPMENT_SCHEMES = CodeList(
    "equipment-scheme",
    _VERSION,
    _OWN,
    {
        "iso6346": "Freight container: owner code, U, J, Z or R, six digits, check digit.",
        "ilu": "Swap body or semi-trailer: EN 13044 owner code with A, B, D, E or K.",
        "other": "Another kind of box; the number is taken as it is written.",
    },
)
PACKED_STATUSES = CodeList(
    "packed-status",
    _VERSION,
    "UN/EDIFACT CUSCAR",
    {"4": "Empty.", "5": "Full or loaded."},
)
SEAL_PARTIES = CodeList(
    "seal-party",
    _VERSION,
    "UN/EDIFACT 9303, part",
    {
        "CA": "Seal of the carrier.",
        "CU": "Seal of customs.",
        "SH": "Seal of the shipper.",
        "TO": "Seal of the terminal.",
    },
)
PERSON_TYPES = CodeList(
    "type-of-person",
    "CL729",
    "EU code list 729",
    {
        "1": "Natural person: the data is personal.",
        "2": "Legal person.",
        "3": "Association of persons.",
    },
)
PERSON_DOCUMENT_TYPES = CodeList(
    "person-document-type",
    _VERSION,
    _OWN,
    {"PAS": "Passport.", "IDC": "Identity card.", "DRL": "Driving licence.", "TAX": "Tax number."},
)
PARTY_NUMBER_TYPES = CodeList(
    "party-number-type",
    _VERSION,
    _OWN,
    {
        "VOEN": "Taxpayer number of Azerbaijan: 10 digits.",
        "INN": "Taxpayer number of Russia: 10 digits, or 12 of a natural person.",
        "OGRN": "State registration number of Russia: 13 digits, or 15 of an entrepreneur.",
        "BIN": "Business number of Kazakhstan: 12 digits.",
        "STIR": "Taxpayer number of Uzbekistan: 9 digits.",
        "VKN": "Tax number of Türkiye: 10 digits.",
        "OTH": "Another number; it is taken as it is written.",
    },
)
COMMUNICATION_TYPES = CodeList(
    "communication-type",
    _VERSION,
    "UN/EDIFACT 3155, part",
    {"TE": "Telephone, international form.", "EM": "E-mail address.", "FX": "Telefax."},
)
CHARGES_METHODS = CodeList(
    "transport-charges-method",
    _VERSION,
    "UN/EDIFACT 4215",
    {
        "A": "Payment in cash.",
        "B": "Payment by card.",
        "C": "Payment by cheque.",
        "D": "Other, such as debit to an account.",
        "H": "Electronic transfer of funds.",
        "Y": "Account held with the carrier.",
        "Z": "Not prepaid.",
    },
)
PARTY_ROLES = CodeList(
    "party-role",
    _VERSION,
    "UN/EDIFACT 3035, part",
    {
        "CZ": "Consignor.",
        "CN": "Consignee.",
        "CA": "Carrier.",
        "DT": "Declarant.",
        "AG": "Agent or representative.",
        "TB": "Submitter.",
        "BY": "Buyer.",
        "SE": "Seller.",
        "EX": "Exporter.",
        "IM": "Importer.",
        "NI": "Party to be notified.",
        "ZZ": "Another role, said in words.",
    },
)

BULK_PACKAGES = frozenset({"VQ", "VG", "VL", "VY", "VR", "VS", "VO"})


def _document_types() -> Mapping[str, str]:
    return {
        "N380": "Commercial invoice.",
        "N703": "House waybill.",
        "N704": "Master bill of lading.",
        "N705": "Bill of lading.",
        "N714": "House bill of lading.",
        "N720": "Rail consignment note (CIM).",
        "N722": "Rail consignment note (SMGS), with its road list.",
        "N730": "Road consignment note (CMR).",
        "N740": "Air waybill.",
        "N741": "Master air waybill.",
        "N760": "Multimodal transport document.",
        "N785": "Cargo manifest.",
        "N787": "Bordereau.",
        "N821": "Transit declaration.",
        "N830": "Export declaration.",
        "N851": "Phytosanitary certificate.",
        "N853": "Veterinary certificate.",
        "N861": "Certificate of origin.",
        "N911": "Import licence.",
        "N952": "TIR carnet.",
        "N955": "ATA carnet.",
        "C400": "CITES permit.",
    }


def _package_types() -> Mapping[str, str]:
    return {
        "BA": "Barrel.", "BE": "Bundle.", "BG": "Bag.", "BL": "Bale, compressed.", "BX": "Box.",
        "CN": "Container.", "CR": "Crate.", "CS": "Case.", "CT": "Carton.", "DR": "Drum.",
        "JR": "Jar.", "NE": "Unpacked or unpackaged.", "NF": "Unpacked, single unit.",
        "NG": "Unpacked, multiple units.", "PA": "Packet.", "PC": "Parcel.", "PK": "Package.",
        "PX": "Pallet.", "RO": "Roll.", "SA": "Sack.", "TK": "Tank, rectangular.",
        "TN": "Tin.", "TY": "Tank, cylindrical.", "VG": "Bulk, gas.", "VL": "Bulk, liquid.",
        "VO": "Bulk, solid, large particles.", "VQ": "Bulk, liquefied gas.",
        "VR": "Bulk, solid, granular particles.", "VS": "Bulk, scrap metal.",
        "VY": "Bulk, solid, fine particles.", "WB": "Wickerbottle.",
    }  # fmt: skip


def _units() -> Mapping[str, str]:
    return {
        "C62": "One.", "CMQ": "Cubic centimetre.", "GRM": "Gram.", "KGM": "Kilogram.",
        "KWH": "Kilowatt hour.", "LTR": "Litre.", "MIL": "Thousand.", "MTK": "Square metre.",
        "MTQ": "Cubic metre.", "MTR": "Metre.", "NAR": "Number of articles.",
        "NPR": "Number of pairs.", "PR": "Pair.", "TNE": "Tonne.",
    }  # fmt: skip


DOCUMENT_TYPES = OpenList(
    "document-type",
    "corridor set",
    "UN/EDIFACT 1001, as EU CL754 and CL013",
    _document_types,
    shape=_TYPE4,
)
PACKAGE_TYPES = OpenList(
    "package-type", "corridor set", "UN/CEFACT Rec 21", _package_types, shape=_PACKAGE
)
UNITS = OpenList("measure-unit", "corridor set", "UN/CEFACT Rec 20", _units, shape=_UNIT)

TransportMode = Annotated[str, TRANSPORT_MODES]
CombinedMode = Annotated[str, COMBINED_MODES]
IdentificationType = Annotated[str, IDENTIFICATION_TYPES]
ContainerIndicator = Annotated[Literal["0", "1"], CONTAINER_INDICATORS]
EquipmentScheme = Annotated[Literal["iso6346", "ilu", "other"], EQUIPMENT_SCHEMES]
PackedStatus = Annotated[Literal["4", "5"], PACKED_STATUSES]
SealParty = Annotated[str, SEAL_PARTIES]
PersonType = Annotated[Literal["1", "2", "3"], PERSON_TYPES]
PersonDocumentType = Annotated[str, PERSON_DOCUMENT_TYPES]
PartyNumberType = Annotated[str, PARTY_NUMBER_TYPES]
CommunicationType = Annotated[str, COMMUNICATION_TYPES]
ChargesMethod = Annotated[str, CHARGES_METHODS]
PartyRole = Annotated[str, PARTY_ROLES]
DocumentType = Annotated[str, StringConstraints(pattern=_TYPE4), DOCUMENT_TYPES]
PackageType = Annotated[str, StringConstraints(pattern=_PACKAGE), PACKAGE_TYPES]
MeasureUnit = Annotated[str, StringConstraints(pattern=_UNIT), UNITS]
