"""What makes each document keep the rules between its members, from docs/documents.md.

One function for each document that answers, asks, corrects or counts; those of notices and alerts
stand in `tending_cargo`. Nothing here asks the program whether a rule is kept.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tests.message.tending_cargo import tend_alert, tend_notice
from tests.message.tending_header import (
    after_issue,
    answer,
    distinct,
    header,
    issued,
    loosen,
    not_after,
    number,
    reasoned,
)
from tests.message.tending_parts import Part, drop, instant, need, once, seconds

_CARGO = ("alert", "pre-arrival-notice")


# What comes of them.


def _hit(plant, hit: Part) -> None:
    answer(plant, hit, "alert")
    not_after(plant, hit, "found_at", issued(hit))
    hit["matches"] = once(hit["matches"])


def _acceptance(plant, acceptance: Part) -> None:
    answer(plant, acceptance, "alert")
    if acceptance["decision"] == "declined":
        drop(acceptance, "office_of_control", "unit", "scheduled_at", "place", "planned_actions")
        need(plant, acceptance, "Acceptance", "reason")
        reasoned(plant, acceptance, "Acceptance")
        return
    drop(acceptance, "reason", "reason_text")
    need(plant, acceptance, "Acceptance", "office_of_control")
    acceptance["planned_actions"] = once(acceptance.get("planned_actions", []))


def _arrival(plant, arrival: Part) -> None:
    answer(plant, arrival, *_CARGO)
    not_after(plant, arrival, "arrived_at", issued(arrival))
    listed = ("passive_means", "equipment", "transport_documents")
    if arrival["completeness"] == "part" and not any(arrival.get(name) for name in listed):
        need(plant, arrival, "Arrival", plant.rng.choice(listed))
    if "location" in arrival and not arrival["location"]:
        need(plant, arrival["location"], "GoodsLocation", plant.rng.choice(("code", "text")))


def _control_result(plant, result: Part) -> None:
    answer(plant, result, *_CARGO)
    not_after(plant, result, "ended_at", issued(result))
    _evidence(plant, result)
    if result["decision"] != "controlled":
        drop(result, "control_types", "result", "started_at", "discrepancies", "seals")
        drop(result, "measured_gross_mass")
        need(plant, result, "ControlResult", "reason")
        reasoned(plant, result, "ControlResult")
    else:
        drop(result, "reason", "reason_text")
        for name in ("triggers", "control_types", "result", "subject"):
            need(plant, result, "ControlResult", name)
        not_after(plant, result, "started_at", seconds(result["ended_at"]))
    for name in result.keys() & {"triggers", "control_types"}:
        result[name] = once(result[name])


def _seizure(plant, seizure: Part) -> None:
    names = (*_CARGO, "control-result")
    if seizure["answers"]["type"] not in names:
        seizure["answers"]["type"] = plant.rng.choice(names)
    answer(plant, seizure, *names, own=seizure["answers"]["type"] == "control-result")
    not_after(plant, seizure, "seized_at", issued(seizure))
    if seizure.get("arrests_count", 0) > seizure.get("persons_count", 0):
        seizure["persons_count"] = seizure["arrests_count"]
    _evidence(plant, seizure)


def _evidence(plant, document: Part) -> None:
    is_bound = document["handling"].get("h_code", "H2") in {"H1", "H2"}
    if is_bound and document.get("evidence_use") == "yes":
        document["evidence_use"] = plant.rng.choice(("no", "with-consent"))


def _import_result(plant, result: Part) -> None:
    answer(plant, result, "pre-arrival-notice")
    not_after(plant, result, "decided_at", issued(result))
    if result["comparison"] != "not-compared":
        need(plant, result, "ImportResult", "declared")
    names = ("sequence", "declaration_mrn", "declaration")
    result["declared"] = distinct(result.get("declared", []), *names)
    for each in result["declared"]:
        not_after(plant, each, "released_at", seconds(result["decided_at"]))


def _discrepancy(plant, discrepancy: Part) -> None:
    answer(plant, discrepancy, "pre-arrival-notice", "import-result")
    not_after(plant, discrepancy, "found_at", issued(discrepancy))


def _incident(plant, incident: Part) -> None:
    answer(plant, incident, *_CARGO, own=True)
    not_after(plant, incident, "occurred_at", issued(incident))
    happened = seconds(incident["occurred_at"])
    needed = {"transshipment": "new_means", "seal-broken": "seals", "other": "text"}
    if incident["code"] in needed:
        need(plant, incident, "Incident", needed[incident["code"]])
    if "new_arrival_at" in incident:
        incident["new_arrival_at"] = instant(plant.rng, happened, near=happened)
    if "endorsement" in incident:
        not_after(plant, incident["endorsement"], "at", issued(incident), happened)


# Asking, correcting, permitting, counting.


def _request(plant, request: Part) -> None:
    header(plant, request)
    after_issue(plant, request, "due_at")
    number(request["questions"], "number")
    related = len(request.get("related", ()))
    for question in request["questions"]:
        if not related:
            drop(question, "pointer", "related")
        elif "related" in question:
            question["related"] = plant.rng.randint(1, related)


def _information_reply(plant, reply: Part) -> None:
    answer(plant, reply, "information-request")
    reply["replies"] = distinct(reply["replies"], "question")


def _refusal(plant, refusal: Part) -> None:
    answer(plant, refusal, "information-request", "consent-request")
    reasoned(plant, refusal, "Refusal")
    if refusal["extent"] == "part":
        need(plant, refusal, "Refusal", "questions")
        refusal["questions"] = once(refusal["questions"])
    else:
        drop(refusal, "questions")
    if refusal["reason"] == "under-conditions":
        need(plant, refusal, "Refusal", "what_would_help")


def _extension(plant, extension: Part) -> None:
    answer(plant, extension, "information-request", "consent-request")
    after_issue(plant, extension, "until")
    reasoned(plant, extension, "Extension")


def _amendment(plant, amendment: Part) -> None:
    document, amends, rng = amendment["document"], amendment["amends"], plant.rng
    amendment["originator"] = dict(document["originator"])
    loosen(plant, amendment["handling"], document["handling"])
    if amendment["handling"]["h_code"] == "H3":
        need(plant, amendment["handling"], "Handling", "restrictions")
    header(plant, amendment)
    reasoned(plant, amendment, "Amendment")
    amendment["recipients"] = rng.sample(document["recipients"], len(document["recipients"]))
    document["test"], document["function"] = amendment["test"], "5"
    document["version"] = max(2, document["version"])
    amends.update(type=document["type"].partition("/")[0], reference=document["reference"])
    amends["authority"] = document["originator"]["authority"]
    amends["version"] = rng.randint(1, document["version"] - 1)
    paths = list(_paths(document))
    amendment["changed"] = once([rng.choice(paths) for _ in amendment["changed"]])


def _paths(holder: Any, *above: str) -> Iterable[str]:
    """Give the pointers to every member there is, and to one that could be."""
    entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for step, below in entries:
        path = (*above, str(step))
        yield f"/{'/'.join(path)}"
        if isinstance(below, dict | list):
            yield from _paths(below, *path)
            if isinstance(below, list):
                yield f"/{'/'.join(path)}/{len(below)}"


def _recall(plant, recall: Part) -> None:
    header(plant, recall)
    recall["recalls"]["authority"] = recall["originator"]["authority"]
    recall.update(version=1, function="9")  # a recall stands as it was said
    if recall["recalls"]["type"] == "recall":
        recall["recalls"]["type"] = "alert"
    reasoned(plant, recall, "Recall")
    after_issue(plant, recall, "answer_due_at")


def _recall_answer(plant, told: Part) -> None:
    answer(plant, told, "recall")
    told["uses"] = once(told["uses"])
    if "unused" in told["uses"]:
        told["uses"] = ["unused"]
    for use, name in (("used", "used_in"), ("passed-on", "passed_on_to")):
        if use not in told["uses"]:
            drop(told, name)
        else:
            need(plant, told, "RecallAnswer", name)
            told[name] = once(told[name])
    if "other" in told.get("used_in", ()):
        need(plant, told, "RecallAnswer", "note")


def _consent_request(plant, request: Part) -> None:
    answer(plant, request)
    after_issue(plant, request, "needed_by")


def _consent(plant, consent: Part) -> None:
    answer(plant, consent, "consent-request")
    consent["covers"]["authority"] = consent["originator"]["authority"]
    after_issue(plant, consent, "until")


def _statistics(plant, statistics: Part) -> None:
    header(plant, statistics)
    end = max(1, seconds(statistics["period_end"]))
    statistics["period_end"] = instant(plant.rng, end, end)
    not_after(plant, statistics, "period_start", end - 1)
    split = ("metric", "counterpart", "direction", "mode", "trigger", "commodity")
    for figure in statistics["figures"]:
        if figure["counterpart"] == statistics["originator"]["authority"]:
            figure["counterpart"] = statistics["recipients"][0]
    statistics["figures"] = distinct(statistics["figures"], *split)


DOCUMENTS: dict[str, Callable[[Any, Part], None]] = {
    "PreArrivalNotice": tend_notice,
    "Alert": tend_alert,
    "Hit": _hit,
    "Acceptance": _acceptance,
    "Arrival": _arrival,
    "ControlResult": _control_result,
    "Seizure": _seizure,
    "ImportResult": _import_result,
    "Discrepancy": _discrepancy,
    "Incident": _incident,
    "InformationRequest": _request,
    "InformationReply": _information_reply,
    "Refusal": _refusal,
    "Extension": _extension,
    "Amendment": _amendment,
    "Recall": _recall,
    "RecallAnswer": _recall_answer,
    "ConsentRequest": _consent_request,
    "Consent": _consent,
    "Statistics": _statistics,
}
"""Every document by the title of its schema."""
