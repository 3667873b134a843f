"""Routes that show agreements, and explain what they permit.

Responsible for saying why something may be sent, or why not, in plain words. Must not decide it:
`trust.policy` does, as when it is sent.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.daemon.node import Node
from node.errors import CallerError, PeerError, Refusal
from node.limits import MAX_LIFETIME_MS
from node.message.document import DOCUMENT_TYPES
from node.national.scopes import Scope
from node.reference.codes import PURPOSES
from node.trust.agreement import Agreement, Rule
from node.trust.policy import Decision, Deny, Permit, Question, decide_under
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery, Parameters
from node.web.replies import reply
from node.web.times import written
from node.web.world import world_of

router = APIRouter(tags=["network"])

_READS: Final = [Depends(Needs(Scope.NETWORK_READ))]
_HOUR_MS: Final = 3_600_000
_AUTHORITY: Final = r"^[A-Z]{2}-[A-Z0-9]{2,12}$"
_TYPES: Final = f"^({'|'.join(DOCUMENT_TYPES)})$"
_PURPOSES: Final = f"^({'|'.join(PURPOSES.codes)})$"


class ExplainQuery(Parameters):
    """What is asked of the agreements."""

    to: str = Field(pattern=_AUTHORITY, description="who would receive it")
    type: str = Field(pattern=_TYPES, description="type and edition: alert/1")
    purpose: str | None = Field(default=None, pattern=_PURPOSES, description="absent: for some purpose")
    sender: str | None = Field(
        default=None, alias="from", pattern=_AUTHORITY, description="absent: this authority"
    )
    size_bytes: int = Field(default=0, ge=0, le=2**31, description="of the document")
    lifetime_hours: int = Field(
        default=0, ge=0, le=MAX_LIFETIME_MS // _HOUR_MS, description="from sealing to expiry"
    )


class AgreementItem(BaseModel):
    """An agreement that this authority is a party of."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    digest: str = Field(description="SHA-256 of its file, base64url: what manifests name")
    parties: list[str]
    valid_from: str
    valid_until: str
    in_force: bool = Field(description="by its dates, now")
    in_directory: bool = Field(description="false: the network does not know it, it permits nothing")


class AgreementRule(BaseModel):
    """One direction: who may send which documents to whom."""

    model_config = ConfigDict(extra="forbid")

    sender: str
    recipient: str
    types: list[str]
    purposes: list[str]
    max_document_bytes: int
    max_lifetime_hours: int


class AgreementTerms(BaseModel):
    """What the recipient may do afterwards."""

    model_config = ConfigDict(extra="forbid")

    onward_transfer: Literal["never", "consent", "allowed"]
    evidential_use: Literal["never", "consent", "allowed"]
    aggregate_use: Literal["never", "allowed"]
    retention_days: int


class AgreementDetail(AgreementItem):
    """An agreement with all that it says."""

    legal_basis: str
    purposes: list[str]
    rules: list[AgreementRule]
    terms: AgreementTerms
    deadlines: dict[str, int] = Field(description="by when each side answers; docs/operators.md")


class Objection(BaseModel):
    """Why one agreement does not permit it."""

    model_config = ConfigDict(extra="forbid")

    agreement: str | None = Field(description="its name; null where no agreement is at fault")
    code: str
    reason: str


class Explanation(BaseModel):
    """Whether a document may be sent, and by what, or why not."""

    model_config = ConfigDict(extra="forbid")

    permitted: bool
    text: str = Field(description="in plain words")
    sender: str
    recipient: str
    type: str
    purpose: str | None
    agreement: str | None = Field(description="the one that permits it")
    digest: str | None = Field(description="of that agreement")
    rule: AgreementRule | None = Field(description="the rule of it, with its limits")
    objections: list[Objection] = Field(
        description="what stands in the way; of each agreement that does"
    )


@list_routes(router, "/agreements", AgreementItem, dependencies=_READS)
def list_agreements(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
    """List the agreements of this authority, by name."""
    node = world_of(request).node
    after = read_cursor(request, query.cursor)
    every = sorted(node.agreements.values(), key=_place)
    some = [one for one in every if after is None or _place(one) > after]
    last = _place(some[query.limit - 1]) if len(some) > query.limit else None
    items = [AgreementItem(**_item(node, one)) for one in some[: query.limit]]
    return listed(request, items, model=AgreementItem, last=last)


@router.get("/agreements/explain", response_model=Explanation, dependencies=_READS)
def explain_agreements(request: Request, query: Annotated[ExplainQuery, Query()]) -> Response:
    """Explain whether a document of a type may be sent, by which rule, or why not.

    Asks the agreements that this node has: those it is a party of.
    """
    node = world_of(request).node
    question = Question(
        originator=query.sender or node.authority,
        recipient=query.to,
        type=query.type,
        at=node.clock(),
        lifetime_ms=query.lifetime_hours * _HOUR_MS,
        document_bytes=query.size_bytes,
        purpose=query.purpose,
    )
    return reply(request, _explained(node, question))


@router.get("/agreements/{name}", response_model=AgreementDetail, dependencies=_READS)
def read_agreement(
    request: Request,
    name: Annotated[str, Path(max_length=64, description="Its name, or its digest.")],
) -> Response:
    """Show an agreement: rules, terms, deadlines."""
    node = world_of(request).node
    found = [one for one in node.agreements.values() if name in {one.name, one.digest}]
    if not found:
        raise CallerError(
            "agreement.absent",
            "this authority has no such agreement",
            hint="GET /api/v1/agreements lists them",
        )
    if len(found) > 1:
        raise CallerError(
            "agreement.ambiguous",
            f"{len(found)} agreements have this name",
            hint="name one by its digest; GET /api/v1/agreements lists them",
        )
    return reply(request, AgreementDetail(**_item(node, found[0]), **_detail(found[0])))


def _place(agreement: Agreement) -> list[str]:
    return [agreement.name, agreement.digest]


def _item(node: Node, one: Agreement) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "digest": one.digest,
        "parties": list(one.parties),
        "valid_from": written(int(one.valid_from.timestamp() * 1000)),
        "valid_until": written(int(one.valid_until.timestamp() * 1000)),
        "in_force": one.is_in_force(node.clock()),
        "in_directory": one.digest in node.directory.agreements,
    }


def _detail(one: Agreement) -> dict[str, Any]:
    return {
        "legal_basis": one.legal_basis,
        "purposes": list(one.purposes),
        "rules": [_rule(one, rule) for rule in one.rules],
        "terms": AgreementTerms(**one.terms.model_dump()),
        "deadlines": one.deadlines.model_dump(),
    }


def _rule(agreement: Agreement, rule: Rule) -> AgreementRule:
    return AgreementRule(
        sender=rule.sender,
        recipient=rule.recipient,
        types=list(rule.types),
        purposes=list(rule.purposes or agreement.purposes),
        max_document_bytes=rule.max_document_bytes,
        max_lifetime_hours=rule.max_lifetime_hours,
    )


def _explained(node: Node, question: Question) -> Explanation:
    decisions = [(one, _decided(node, one, question)) for one in node.agreements.values()]
    permit = next((each for _, each in decisions if isinstance(each, Permit)), None)
    objections = list(_of_members(node, question))
    rule = permit and _rule(permit.agreement, permit.rule)
    if permit is None:
        objections += [
            Objection(agreement=one.name, code=each.code, reason=each.reason)
            for one, each in decisions
            if isinstance(each, Deny)
        ]
    is_permitted = permit is not None and not objections
    return Explanation(
        permitted=is_permitted,
        text=_text(question, permit if is_permitted else None, objections),
        sender=question.originator,
        recipient=question.recipient,
        type=question.type,
        purpose=question.purpose,
        agreement=permit.agreement.name if permit else None,
        digest=permit.agreement.digest if permit else None,
        rule=rule,
        objections=objections,
    )


def _decided(node: Node, agreement: Agreement, question: Question) -> Decision:
    """Ask one agreement; one that the network does not know permits nothing."""
    decision = decide_under(agreement, question)
    if isinstance(decision, Permit) and agreement.digest not in node.directory.agreements:
        reason = f"{agreement.name} is not in the network's directory: the recipient would refuse it"
        return Deny(Refusal.AGREEMENT_UNKNOWN, reason)
    return decision


def _of_members(node: Node, question: Question) -> Sequence[Objection]:
    """Say who of the two is not a member in good standing."""
    objections = []
    for authority in (question.originator, question.recipient):
        try:
            node.directory.member(authority)
        except PeerError as error:
            objections.append(Objection(agreement=None, code=error.code, reason=error.message))
    return objections


def _text(question: Question, permit: Permit | None, objections: Sequence[Objection]) -> str:
    what = f"{question.originator} may{{}} send {question.type} to {question.recipient}"
    if permit is None:
        reasons = "; ".join(one.reason for one in objections) or "no agreement covers these two"
        return f"{what.format(' not')}: {reasons}"
    rule = permit.rule
    purposes = ", ".join(rule.purposes or permit.agreement.purposes)
    return (
        f"{what.format('')} by {permit.agreement.name}: for {purposes}; "
        f"at most {rule.max_document_bytes} bytes, for at most {rule.max_lifetime_hours} hours"
    )
