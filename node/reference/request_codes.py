"""Code lists of asking, correcting and permitting: how urgent, what kind, why, what was done.

Responsible for the vocabulary of requests, their answers, amendments, recalls and consents. Must
not hold the terms in hours and days as numbers: those stand in an agreement; the definitions name
the usual ones.
"""

from typing import Annotated, Literal

from node.reference.codes import CodeList

_VERSION = "2026-1"
_OWN = "Sarbon"

URGENCIES = CodeList(
    "urgency",
    _VERSION,
    "Sarbon, after Directive (EU) 2023/977, Article 5",
    {
        "urgent-direct": "Urgent, and at hand in a register one can search directly: 8 hours.",
        "urgent-indirect": "Urgent, but to be obtained from others first: 3 days.",
        "routine": "Everything else: 7 days.",
    },
)
ASSISTANCE_TYPES = CodeList(
    "assistance-type",
    _VERSION,
    "Sarbon, after the WCO model agreement on mutual assistance",
    {
        "spontaneous": "Given without having been asked, because it may concern the other side.",
        "on-request": "Given because the other side asked.",
        "automatic": "Given regularly, for every case of a kind agreed in advance.",
        "advance": "Given before the goods arrive, for a risk analysis.",
        "surveillance": "Watch goods, means, places or persons for the other side.",
        "controlled-delivery": "Let a consignment pass under watch, so as to find who stands behind it.",
        "verification": "Check whether a document or declaration is genuine and right.",
        "recovery": "Help with claims for duties and taxes.",
        "experts": "Let officials appear as experts or witnesses.",
        "technical": "Advice, training and exchange of methods.",
    },
)
QUESTION_KINDS = CodeList(
    "question-kind",
    _VERSION,
    _OWN,
    {
        "document-genuine": "Was this document issued as it stands, and by whom?",
        "declaration": "What was declared, and under which procedure?",
        "release": "Was it released, when, and to whom?",
        "value": "What value and what price were declared or invoiced?",
        "classification": "Under which code and description was it declared?",
        "origin": "Where does it come from, and what proves it?",
        "quantity": "How many, how much, how heavy?",
        "party": "Who is this company, and what is known about its trade?",
        "means": "Whose vehicle, wagon or ship is this, and when did it cross?",
        "route": "Which way did it take, and where did it stop?",
        "equipment": "Where was this box before, and who filled and sealed it?",
        "earlier-consignments": "What else moved between these parties or on this route?",
        "control": "Was it controlled, how, and what was found?",
        "copy": "Please send a copy of the document or of the scan image.",
        "person": "Who is this person; to be asked only where the case cannot do without.",
        "passengers": "Who was on board; to be asked only where the case cannot do without.",
        "other": "None of these; said in the text of the question.",
    },
)
FINDINGS = CodeList(
    "finding",
    _VERSION,
    _OWN,
    {
        "yes": "Yes: as asked.",
        "no": "No: the records say otherwise, or hold nothing where they should.",
        "unknown": "The records do not tell.",
        "see-text": "Neither yes nor no: the answer stands in the text.",
    },
)
REFUSAL_EXTENTS = CodeList(
    "refusal-extent",
    _VERSION,
    _OWN,
    {
        "whole": "Nothing of it will be answered or allowed.",
        "part": "Only the parts whose numbers are listed are refused.",
    },
)
REFUSAL_REASONS = CodeList(
    "refusal-reason",
    _VERSION,
    "Sarbon, after agreements on mutual assistance in customs matters",
    {
        "sovereignty": "It would infringe the sovereignty of the state asked.",
        "security": "It would endanger the security of the state asked.",
        "public-order": "It would offend public order.",
        "essential-interest": "It would harm another essential interest, such as a trade secret.",
        "ongoing-investigation": "It would harm an investigation, prosecution or trial under way.",
        "not-held": "The authority does not hold the information and cannot obtain it.",
        "disproportionate": "The effort, or the harm to a person, is out of proportion to the use.",
        "no-legal-basis": "The law of the state asked, or the instrument named, does not allow it.",
        "under-conditions": "Not as asked, but on the conditions stated in `what_would_help`.",
        "other": "None of these; said in `reason_text`.",
    },
)
EXTENSION_REASONS = CodeList(
    "extension-reason",
    _VERSION,
    _OWN,
    {
        "judicial-authorisation": "A court or prosecutor must allow it first.",
        "other-authority": "Another authority holds it and has been asked.",
        "volume": "There is much to gather or to look through.",
        "translation": "It is being translated.",
        "other": "None of these; said in `reason_text`.",
    },
)
AMENDMENT_REASONS = CodeList(
    "amendment-reason",
    _VERSION,
    _OWN,
    {
        "correction": "Something in the earlier version was wrong.",
        "new-information": "More has become known since.",
        "transport-changed": "Means, route, place or time of arrival have changed.",
        "completion": "What was left open in a partial notice is filled in.",
        "cargo-changed": "Goods were added, left behind or loaded elsewhere.",
        "handling-changed": "How the document must be treated has changed.",
        "requested": "A recipient asked for it.",
        "other": "None of these; said in `reason_text`.",
    },
)
RECALL_REASONS = CodeList(
    "recall-reason",
    _VERSION,
    _OWN,
    {
        "wrong-data": "What it says is wrong and cannot be put right by an amendment.",
        "wrong-recipient": "It went to somebody it was not meant for.",
        "source-withdrawn": "The source withdrew the information or is no longer believed.",
        "legal": "A court, a law or the agreement does not allow its use.",
        "safety": "Its use would endanger a person.",
        "other": "None of these; said in `reason_text`.",
    },
)
RECALL_USES = CodeList(
    "recall-use",
    _VERSION,
    _OWN,
    {
        "unused": "Nothing was done with it; stands alone.",
        "used": "It was acted upon: see `used_in`.",
        "passed-on": "It was given to others: see `passed_on_to`.",
        "in-file": "It is part of a file from which it cannot be taken out.",
    },
)
RECALL_ACTS = CodeList(
    "recall-act",
    _VERSION,
    _OWN,
    {
        "risk-analysis": "In the selection of consignments.",
        "control": "In a control of cargo.",
        "seizure": "In a seizure.",
        "investigation": "In an investigation.",
        "court": "Before a court.",
        "other": "Otherwise; said in `note`.",
    },
)
USE_KINDS = CodeList(
    "use-kind",
    _VERSION,
    _OWN,
    {
        "pass-on": "Give it to the authorities named in `to`.",
        "evidence": "Use it as evidence before a court.",
        "widen-handling": "Handle it under the wider codes given.",
    },
)

Urgency = Annotated[Literal["urgent-direct", "urgent-indirect", "routine"], URGENCIES]
AssistanceType = Annotated[str, ASSISTANCE_TYPES]
QuestionKind = Annotated[str, QUESTION_KINDS]
Finding = Annotated[Literal["yes", "no", "unknown", "see-text"], FINDINGS]
RefusalExtent = Annotated[Literal["whole", "part"], REFUSAL_EXTENTS]
RefusalReason = Annotated[str, REFUSAL_REASONS]
ExtensionReason = Annotated[str, EXTENSION_REASONS]
AmendmentReason = Annotated[str, AMENDMENT_REASONS]
RecallReason = Annotated[str, RECALL_REASONS]
RecallUse = Annotated[Literal["unused", "used", "passed-on", "in-file"], RECALL_USES]
RecallAct = Annotated[str, RECALL_ACTS]
UseKind = Annotated[Literal["pass-on", "evidence", "widen-handling"], USE_KINDS]
