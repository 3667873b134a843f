"""Code lists of what came of a document: hits, decisions, controls, seizures, incidents.

Responsible for the codes from which hit rates and outcomes are counted: two officers who saw the
same thing must choose the same code. Lists that alerts use too stand in `risk_codes`.
"""

from typing import Annotated, Literal

from node.reference.codes import CodeList

_VERSION = "2026-1"
_OWN = "Sarbon"

MATCH_KEYS = CodeList(
    "match-key",
    _VERSION,
    _OWN,
    {
        "container": "Number of a freight container.",
        "loading-unit": "Number of a swap body or semi-trailer (EN 13044).",
        "wagon": "Number of a railway wagon.",
        "plate": "Registration plate of a truck or trailer.",
        "ship": "IMO number or name of a ship.",
        "voyage": "Voyage, trip or train number together with its means.",
        "transport-document": "Number of a bill of lading, consignment note or waybill.",
        "ucr": "Unique consignment reference.",
        "mrn": "Number of a declaration, MRN or national.",
        "tir-carnet": "Number of a TIR carnet.",
        "party": "Name or number of a party.",
        "goods": "Goods and route, without an identifier in common.",
        "other": "Something else; never enough to stop a consignment by itself.",
    },
)
EXACTNESS = CodeList(
    "match-exactness",
    _VERSION,
    _OWN,
    {
        "exact": "The same characters.",
        "folded": "The same once spaces, hyphens, case and letters of another alphabet are set aside.",
        "similar": "Alike, but not the same: an officer compared and judged.",
    },
)
MATCH_SOURCES = CodeList(
    "match-source",
    _VERSION,
    _OWN,
    {
        "notice": "In a pre-arrival notice of the exchange.",
        "declaration": "In a customs declaration lodged with us.",
        "manifest": "In a manifest or wagon list of the carrier.",
        "arrival": "At the border: the means or the box was seen.",
        "other": "In another record of ours.",
    },
)
ACCEPTANCES = CodeList(
    "acceptance-decision",
    _VERSION,
    _OWN,
    {
        "accepted": "A control is planned, at the office named.",
        "declined": "No control is planned, for the reason given.",
    },
)
NO_CONTROL_REASONS = CodeList(
    "no-control-reason",
    _VERSION,
    _OWN,
    {
        "not-found": "Nothing with these identifiers has come, nor is it expected.",
        "already-left": "It had left the country, or the office, before it could be stopped.",
        "not-arrived": "It was expected and had not come when the alert ceased to apply.",
        "no-capacity": "No officers, scanner or place were free in time.",
        "own-analysis-low": "Our own analysis finds the risk too low for a control.",
        "not-competent": "Another authority of our country decides; it was told.",
        "not-permitted": "Law or handling does not permit what is asked for.",
        "other": "Another reason, said in words.",
    },
)
COMPLETENESS = CodeList(
    "arrival-completeness",
    _VERSION,
    _OWN,
    {
        "whole": "Everything the notice or the alert names has come.",
        "part": "A part has come: what is listed here.",
    },
)
CONTROL_DECISIONS = CodeList(
    "control-decision",
    _VERSION,
    _OWN,
    {
        "controlled": "A control took place, at the desk or at the cargo.",
        "not-controlled": "No control took place, for the reason given.",
    },
)
TRIGGERS = CodeList(
    "control-trigger",
    _VERSION,
    _OWN,
    {
        "alert": "An alert of another authority.",
        "own-targeting": "Our own risk analysis, alert or not.",
        "random": "Chosen at random.",
        "other": "Something else, such as a sign noticed at the border.",
    },
)
CONTROL_TYPES = CodeList(
    "control-type",
    _VERSION,
    _OWN,
    {
        "observation": "Observed only, unnoticed, as the handling demanded.",
        "databases": "Registers and records compared.",
        "documents": "Documents checked.",
        "seals": "Seals and locks checked.",
        "weighing": "Weighed.",
        "nii-scan": "Scanned without opening (X-ray or gamma).",
        "radiation": "Measured for radiation.",
        "trace": "Swabbed or sniffed for traces by a device.",
        "dog": "Searched with a detection dog.",
        "partial": "Opened and a part examined.",
        "full": "Unloaded and everything examined.",
        "sample": "Samples taken for the laboratory.",
    },
)
CONTROL_RESULTS = CodeList(
    "control-result",
    _VERSION,
    "EU transit control result codes, in our words",
    {
        "A1": "Satisfactory: controlled, and everything was as declared.",
        "A2": "Considered satisfactory: nothing speaks against it, the cargo was not examined.",
        "A3": "Simplified procedure: the trader's own check under permit was accepted.",
        "A4": "Minor discrepancies: noted, without consequence.",
        "A5": "Discrepancies: corrected, duty or penalty followed, the goods may go on.",
        "B1": "Not satisfactory: an offence or suspicion of one; the goods do not go on.",
    },
)
DISCREPANCY_KINDS = CodeList(
    "discrepancy-kind",
    _VERSION,
    _OWN,
    {
        "missing": "Declared, but not there.",
        "surplus": "There, but not declared.",
        "quantity": "Number of packages or articles.",
        "mass": "Gross or net mass.",
        "value": "Value or currency.",
        "description": "What the goods are.",
        "classification": "HS or national code.",
        "origin": "Country of origin.",
        "party": "Consignor, consignee or another party.",
        "means": "Wagon, truck, trailer, ship or box.",
        "seal": "Seal number or state.",
        "other": "Another difference.",
    },
)
SEAL_STATES = CodeList(
    "seal-state",
    _VERSION,
    _OWN,
    {
        "intact": "In place, whole, with the numbers declared.",
        "broken": "Broken, cut or tampered with.",
        "missing": "Not there.",
        "different": "Whole, with another number than declared.",
        "none-declared": "No seal was declared.",
    },
)
EVIDENCE_USES = CodeList(
    "evidence-use",
    _VERSION,
    _OWN,
    {
        "no": "Never as evidence in court.",
        "with-consent": "As evidence only with our consent, asked for each case.",
        "yes": "As evidence without asking again.",
    },
)
DIRECTIONS = CodeList(
    "direction",
    _VERSION,
    _OWN,
    {
        "import": "Entering the country to stay.",
        "export": "Leaving the country.",
        "transit": "Passing through.",
        "transshipment": "Changing ship, train or truck within a port or terminal.",
        "internal": "Found inside the country, the border crossing unknown.",
    },
)
COMMODITY_GROUPS = CodeList(
    "commodity-group",
    _VERSION,
    "the thirteen groups of the WCO's seizure database, in our words",
    {
        "drugs": "Narcotic drugs and psychotropic substances, new substances included.",
        "precursors": "Chemicals and equipment from which drugs are made.",
        "tobacco": "Cigarettes, raw tobacco and other tobacco products.",
        "alcohol": "Spirits, wine, beer and pure alcohol.",
        "weapons": "Firearms, ammunition, explosives and their parts.",
        "nuclear": "Nuclear and other radioactive material.",
        "hazardous": "Waste, ozone-depleting substances and other hazardous material.",
        "wildlife": "Protected animals and plants and products of them (CITES).",
        "ipr": "Counterfeit and pirated goods.",
        "currency": "Cash, bearer instruments, precious metals and stones.",
        "abuse-material": "Images and films of the abuse of children.",
        "tax-evasion": "Lawful goods declared falsely or not at all to pay less.",
        "other": "Other prohibited or restricted goods, strategic and cultural goods among them.",
    },
)
COMPARISONS = CodeList(
    "import-comparison",
    _VERSION,
    _OWN,
    {
        "matches": "The declaration at entry says what the notice said.",
        "differs": "It says something else; a discrepancy follows or has been sent.",
        "not-compared": "The two were not compared.",
    },
)
PROCEDURES = CodeList(
    "customs-procedure",
    _VERSION,
    _OWN,
    {
        "home-use": "Release for home use.",
        "transit": "Customs transit.",
        "warehousing": "Customs warehouse.",
        "free-zone": "Free zone.",
        "temporary-admission": "Temporary admission.",
        "inward-processing": "Processing before re-exportation.",
        "home-use-processing": "Processing before release for home use.",
        "re-importation": "Return of goods exported before.",
        "re-exportation": "Taken out again.",
        "destruction": "Destruction, or abandonment to the state.",
        "other": "Another procedure; see the national code.",
    },
)
RELEASE_STATUSES = CodeList(
    "release-status",
    _VERSION,
    _OWN,
    {
        "not-declared": "No declaration has been lodged.",
        "lodged": "Declared, not yet decided.",
        "released": "Released as declared.",
        "released-amended": "Released after the declaration was corrected.",
        "held": "Held for control or for a missing document.",
        "refused": "Release refused.",
        "seized": "Seized in whole or in part.",
    },
)
INCIDENT_KINDS = CodeList(
    "incident-kind",
    _VERSION,
    "EU transit incident codes, in our words, with three of our own",
    {
        "deviation": "It left the prescribed way for reasons beyond the carrier.",
        "seal-broken": "A seal was broken or tampered with on the way.",
        "transshipment": "The load was moved to another means of transport.",
        "means-changed": "Tractor, locomotive or a wagon was replaced; the load stayed where it was.",
        "imminent-danger": "Danger forced the load to be taken off, in whole or in part.",
        "accident": "An accident to the means or the load.",
        "diversion": "It is bound for another office or country than was notified.",
        "loss": "A part of the load was stolen, lost or destroyed.",
        "other": "Another event, said in words.",
    },
)

MatchKey = Annotated[str, MATCH_KEYS]
Exactness = Annotated[Literal["exact", "folded", "similar"], EXACTNESS]
MatchSource = Annotated[str, MATCH_SOURCES]
AcceptanceDecision = Annotated[Literal["accepted", "declined"], ACCEPTANCES]
NoControlReason = Annotated[str, NO_CONTROL_REASONS]
Completeness = Annotated[Literal["whole", "part"], COMPLETENESS]
ControlDecision = Annotated[Literal["controlled", "not-controlled"], CONTROL_DECISIONS]
Trigger = Annotated[str, TRIGGERS]
ControlType = Annotated[str, CONTROL_TYPES]
ControlResultCode = Annotated[Literal["A1", "A2", "A3", "A4", "A5", "B1"], CONTROL_RESULTS]
DiscrepancyKind = Annotated[str, DISCREPANCY_KINDS]
SealState = Annotated[str, SEAL_STATES]
EvidenceUse = Annotated[Literal["no", "with-consent", "yes"], EVIDENCE_USES]
Direction = Annotated[str, DIRECTIONS]
CommodityGroup = Annotated[str, COMMODITY_GROUPS]
Comparison = Annotated[Literal["matches", "differs", "not-compared"], COMPARISONS]
Procedure = Annotated[str, PROCEDURES]
ReleaseStatus = Annotated[str, RELEASE_STATUSES]
IncidentKind = Annotated[str, INCIDENT_KINDS]
