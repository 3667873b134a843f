"""Code lists: a code, its definition in words, the version of the list; and those of the header.

Responsible for what a code list is and for the lists every document uses. Lists of cargo stand in
`cargo_codes`, of risk in `risk_codes`, of places in `places`. Must not know any document.

A closed list refuses what it does not hold: the codes steer the program. An open list is larger
than what is loaded, or revised yearly: an unknown code raises a doubt, never a refusal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, eq=False)
class CodeList:
    """A closed list of codes; used as the annotation of a member, it is also its validator.

    Attributes:
        name: stable, lower case with hyphens.
        version: year or edition of the content.
        source: who maintains the list.
        codes: code to its definition in words.
    """

    name: str
    version: str
    source: str
    codes: Mapping[str, str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            core_schema.literal_schema(list(self.codes)),
            custom_error_type="code_unknown",
            custom_error_message="expected a code of the list {list}",
            custom_error_context={"list": f"{self.name} ({self.version})"},
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "enum": list(self.codes), "x-code-list": self.name}


@dataclass(frozen=True, eq=False)
class OpenList:
    """A list of which this program holds a part: unknown codes are reported as doubts.

    An authority can load the whole list, or several editions of it (`editions`).

    Attributes:
        name: stable, lower case with hyphens.
        version: edition of the part held here.
        source: who maintains the list.
        load: gives code to name; called once, when first needed.
        shape: the form of every code, a pattern; what is loaded is held to it.
        admits: says which codes count as known although the part held here does not name them.
        edition: the edition a document means when it names none.
        edition_member: the member beside the code that names another edition.
        by_country: the list is published country by country, so what is loaded may be one of them.
    """

    name: str
    version: str
    source: str
    load: Callable[[], Mapping[str, str]]
    shape: str = "^.+$"
    admits: Callable[[str], bool] | None = None
    edition: str = ""
    edition_member: str = ""
    by_country: bool = False

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Code to name, of the part held here."""
        return self.load()

    def holds(self, code: str) -> bool:
        """Say whether a code counts as known by the part held here."""
        return code in self.codes or (self.admits is not None and self.admits(code))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(source)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "x-code-list": self.name, "x-code-list-open": True}


_OWN = "Sarbon"
_VERSION = "2026-1"

FUNCTIONS = CodeList(
    "message-function",
    _VERSION,
    "UN/EDIFACT 1225, three of its codes",
    {
        "9": "Original: the first version of this document.",
        "5": "Replace: this version takes the place of every earlier one.",
        "1": "Cancellation: the document is withdrawn; do not act on it.",
    },
)
PRIORITIES = CodeList(
    "priority",
    _VERSION,
    _OWN,
    {
        "urgent": "Act before the cargo moves on; overtakes routine traffic, calls an officer.",
        "routine": "Handle in the ordinary course of work.",
    },
)
TLP = CodeList(
    "tlp",
    "2.0",
    "FIRST Traffic Light Protocol",
    {
        "RED": "For the eyes and ears of the individual recipients only.",
        "AMBER+STRICT": "Within the recipient's own organisation, for those who need to know.",
        "AMBER": "Within the recipient's organisation and those it must warn, on need to know.",
        "GREEN": "Within the community of customs and port control units.",
        "CLEAR": "No limit on disclosure.",
    },
)
H_CODES = CodeList(
    "h-code",
    _VERSION,
    "Europol handling codes",
    {
        "H0": "Use only to prevent and combat crime, as the law allows.",
        "H1": "Not to be disclosed in court without the originator's permission.",
        "H2": "Not to be passed on without the originator's permission, court included.",
        "H3": "Other restrictions, stated in `restrictions`.",
    },
)
PAP = CodeList(
    "pap",
    "1",
    "MISP Permissible Actions Protocol",
    {
        "RED": "Observe only: do not stop, do not question, nothing the trader could notice.",
        "AMBER": "Check documents and databases only; no contact with cargo or trader.",
        "GREEN": "Control openly.",
        "CLEAR": "No restriction on action.",
    },
)
PURPOSES = CodeList(
    "purpose",
    _VERSION,
    _OWN,
    {
        "risk-analysis": "Select consignments for customs control before they arrive.",
        "counter-narcotics": "Detect drugs, precursors and the means to make them.",
        "security": "Detect weapons, explosives, dual-use and CBRN goods.",
        "revenue-protection": "Detect undervaluation, misdescription and excise fraud.",
        "public-protection": "Detect wildlife, waste, cultural, counterfeit and unsafe goods.",
        "transit-control": "Check that what entered in transit leaves as declared.",
    },
)
LEGAL_BASES = CodeList(
    "legal-basis",
    _VERSION,
    _OWN,
    {
        "customs-agreement": "Agreement of the parties on mutual assistance in customs matters.",
        "preliminary-information": "Protocol of the parties on exchange of information in advance.",
        "nairobi-convention": "Nairobi Convention of 1977 on mutual administrative assistance.",
        "johannesburg-convention": "Johannesburg Convention of 2003 on mutual assistance.",
        "wto-tfa-12": "WTO Trade Facilitation Agreement, Article 12, customs cooperation.",
        "control-units": "Arrangement between port control units under a common programme.",
        "informal": "No instrument: voluntary, and with no right to use as evidence.",
    },
)
SOURCE_EVALUATIONS = CodeList(
    "source-evaluation",
    "4x4",
    "Europol 4x4",
    {
        "A": "No doubt about the source's authenticity, trustworthiness and competence.",
        "B": "A source whose information has mostly been reliable.",
        "C": "A source whose information has mostly been unreliable.",
        "X": "The reliability of the source cannot be assessed.",
    },
)
INFORMATION_EVALUATIONS = CodeList(
    "information-evaluation",
    "4x4",
    "Europol 4x4",
    {
        "1": "Its accuracy is not in doubt.",
        "2": "Known to the source at first hand, not to the officer who passes it on.",
        "3": "Not known at first hand, but other recorded information supports it.",
        "4": "Not known at first hand, and nothing supports it yet.",
    },
)
RETENTION_CLASSES = CodeList(
    "retention-class",
    _VERSION,
    _OWN,
    {
        "P12M": "Delete twelve months after receipt; the audit entry stays.",
        "P36M": "Delete thirty-six months after the case is closed; the audit entry stays.",
        "P60M": "Delete five years after the case is closed; the audit entry stays.",
    },
)
DOCUMENT_NAMES = CodeList(
    "document-name",
    _VERSION,
    _OWN,
    {
        "pre-arrival-notice": "What will arrive, how, where and when.",
        "alert": "A consignment believed to be of high risk, and what is asked for.",
        "hit": "Your alert matched here: references only.",
        "acceptance": "We will control it, or we will not, because.",
        "arrival": "It has arrived.",
        "control-result": "What the control found.",
        "seizure": "What was seized.",
        "import-result": "What was declared and released at destination.",
        "discrepancy": "Declared at exit is not what was declared at entry.",
        "incident": "Something happened on the way.",
        "information-request": "Facts, questions, purpose and urgency.",
        "information-reply": "Answers to the questions of a request.",
        "refusal": "A request refused, in whole or in part, with the reason.",
        "extension": "The answer will take longer, until when and why.",
        "amendment": "A full new version of an earlier document.",
        "recall": "Stop using an earlier document, and say what was done with it.",
        "recall-answer": "What was done with the document recalled.",
        "consent-request": "May we pass on, use in court, handle more widely?",
        "consent": "You may, on these conditions.",
        "statistics": "Counts of a period.",
    },
)

Function = Annotated[Literal["9", "5", "1"], FUNCTIONS]
Priority = Annotated[Literal["urgent", "routine"], PRIORITIES]
Tlp = Annotated[Literal["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"], TLP]
HCode = Annotated[Literal["H0", "H1", "H2", "H3"], H_CODES]
Pap = Annotated[Literal["RED", "AMBER", "GREEN", "CLEAR"], PAP]
Purpose = Annotated[str, PURPOSES]
LegalBasis = Annotated[str, LEGAL_BASES]
SourceEvaluation = Annotated[Literal["A", "B", "C", "X"], SOURCE_EVALUATIONS]
InformationEvaluation = Annotated[Literal["1", "2", "3", "4"], INFORMATION_EVALUATIONS]
RetentionClass = Annotated[Literal["P12M", "P36M", "P60M"], RETENTION_CLASSES]
DocumentName = Annotated[str, DOCUMENT_NAMES]
