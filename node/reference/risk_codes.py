"""Code lists of risk: what is feared, how much, how it may be hidden, what is asked for.

Responsible for the vocabulary two authorities must read alike. Every code has its definition, and
the definition is shown beside the code wherever an officer meets it.
"""

from typing import Annotated

from node.reference.codes import CodeList

_VERSION = "2026-1"
_OWN = "Sarbon"

RISK_AREAS = CodeList(
    "risk-area",
    _VERSION,
    _OWN,
    {
        "drugs": "Narcotic drugs and psychotropic substances, new substances included.",
        "precursors": "Chemicals and equipment used to make drugs.",
        "weapons": "Firearms, parts, ammunition and explosives.",
        "dual-use": "Strategic goods and goods of civil and military use.",
        "cbrn": "Chemical, biological, radiological and nuclear material.",
        "tobacco": "Tobacco products, genuine or not, outside the excise system.",
        "alcohol": "Alcohol and spirits outside the excise system.",
        "ipr": "Counterfeit and pirated goods.",
        "wildlife": "Protected animals and plants and what is made of them (CITES).",
        "cultural-goods": "Works of art, antiquities, archaeological objects.",
        "waste": "Waste moved against the rules (Basel).",
        "currency": "Cash, bearer instruments, precious metals not declared.",
        "undervaluation": "Value, origin or classification declared to pay less.",
        "stolen-vehicles": "Vehicles and machinery reported stolen, or altered.",
        "people": "Smuggling of migrants, trafficking in persons.",
        "product-safety": "Medicines, food and products unsafe or not allowed.",
        "security": "A threat to transport or to public safety.",
        "other": "None of these; said in words in the summary.",
    },
)
RISK_LEVELS = CodeList(
    "risk-level",
    _VERSION,
    _OWN,
    {
        "critical": "Specific, reliable information: act on arrival, at whatever hour.",
        "high": "Several indicators, or one strong one: control expected.",
        "medium": "Indicators that justify a check if means allow.",
        "low": "For attention: note it in your own analysis.",
    },
)
ACTIONS = CodeList(
    "recommended-action",
    _VERSION,
    _OWN,
    {
        "do-not-stop": "Let it pass and report nothing to anybody on the spot.",
        "observe": "Observe without being noticed; report time, place, persons, vehicles.",
        "report-sighting": "Report that it passed, with time, place and direction.",
        "check-databases": "Check registers and records; nobody at the cargo notices.",
        "check-documents": "Compare the documents with the notice and with your records.",
        "check-seals": "Check seals and locks and note their numbers.",
        "weigh": "Weigh the means or the box.",
        "scan": "Scan without opening.",
        "dog": "Search with a detection dog.",
        "partial-examination": "Open and examine a part.",
        "full-examination": "Unload and examine everything.",
        "sample": "Take samples for the laboratory.",
        "escort": "Escort to the next office.",
        "hold": "Hold until the originator has been asked.",
    },
)
CONCEALMENTS = CodeList(
    "concealment",
    _VERSION,
    _OWN,
    {
        "in-load": "Among or inside the declared goods.",
        "in-packaging": "In pallets, cartons, drums or other packaging.",
        "container-structure": "In the floor, doors, walls or corner posts of the box.",
        "refrigeration": "In the cooling unit or its insulation.",
        "rip-off": "In bags behind the doors, put in without the trader, seals replaced.",
        "wagon-structure": "In the frame, floor, roof or brake gear of a wagon.",
        "vehicle-cabin": "In the cabin, sleeper or lockers of a truck.",
        "vehicle-structure": "In tanks, tyres, axles or chassis of a truck or trailer.",
        "liquid": "Dissolved or submerged in a liquid.",
        "false-description": "Not hidden: described as something else.",
        "undeclared-part": "Declared in part only.",
        "on-person": "On the driver, the crew or a passenger.",
        "unknown": "Not known.",
    },
)
COMMODITIES = CodeList(
    "suspected-commodity",
    _VERSION,
    _OWN,
    {
        "opiates": "Opium, morphine, heroin.",
        "cannabis": "Herb, resin, oil, products.",
        "cocaine": "Coca leaf, base, hydrochloride, crack.",
        "amphetamines": "Amphetamine, methamphetamine, MDMA.",
        "synthetic-opioids": "Fentanyl and its like, nitazenes, tramadol.",
        "new-psychoactive": "New psychoactive substances, synthetic cannabinoids.",
        "acetic-anhydride": "Acetic anhydride and acetyl chloride.",
        "ephedrine": "Ephedrine, pseudoephedrine, P-2-P and pre-precursors.",
        "cigarettes": "Cigarettes and other tobacco.",
        "spirits": "Spirits and other alcohol.",
        "firearms": "Firearms, parts, ammunition.",
        "explosives": "Explosives, detonators, pyrotechnics.",
        "radioactive": "Radioactive sources and nuclear material.",
        "electronics": "Electronics and components of strategic use.",
        "machine-tools": "Machine tools and bearings of strategic use.",
        "medicines": "Medicines, genuine, false or not allowed.",
        "textiles": "Clothing, footwear, accessories.",
        "wildlife": "Animals, plants, caviar, horn, ivory.",
        "cash": "Cash and bearer instruments.",
        "gold": "Gold and other precious metals and stones.",
        "vehicles": "Vehicles and parts.",
        "other": "Another commodity, said in words.",
    },
)
CONTROL_PLACES = CodeList(
    "place-of-control",
    _VERSION,
    _OWN,
    {
        "ARR": "At the place of arrival or unloading.",
        "TRA": "On the way, at an office of transit.",
        "DES": "At the office of destination.",
        "PRE": "Before loading on the ferry or train.",
    },
)
ATTACHMENT_KINDS = CodeList(
    "attachment-kind",
    _VERSION,
    _OWN,
    {
        "photo": "A photograph.",
        "scan": "An image of an X-ray scan.",
        "document": "A copy of a document.",
        "other": "Another file.",
    },
)

OBSERVING = frozenset({"do-not-stop", "observe", "report-sighting"})
"""All that PAP:RED leaves: nothing the trader could notice."""

DESK_CHECKS = OBSERVING | {"check-databases", "check-documents"}
"""All that PAP:AMBER leaves: no contact with the cargo."""

RiskArea = Annotated[str, RISK_AREAS]
RiskLevel = Annotated[str, RISK_LEVELS]
Action = Annotated[str, ACTIONS]
ConcealmentCode = Annotated[str, CONCEALMENTS]
Commodity = Annotated[str, COMMODITIES]
ControlPlace = Annotated[str, CONTROL_PLACES]
AttachmentKind = Annotated[str, ATTACHMENT_KINDS]
