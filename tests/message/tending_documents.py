"""What makes a whole document keep the rules between its members, from docs/documents.md.

Times are put in order, answers name what they may answer, references lead somewhere. As for the
parts (`tending_parts`), nothing here asks the program whether a rule is kept.
"""

from collections.abc import Callable, Iterable
from typing import Any

from node.reference.cargo_codes import BULK_PACKAGES
from node.reference.risk_codes import DESK_CHECKS, OBSERVING
from tests.message.tending_parts import (
    Part,
    drop,
    identified,
    instant,
    mrn,
    need,
    once,
    seconds,
    tir_carnet,
)

_LAST = 315_537_897_599  # 9999-12-31T23:59:59, in seconds from the first instant
_STRICTEST_FIRST = {
    "tlp": ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"),
    "h_code": ("H3", "H2", "H1", "H0"),
    "pap": ("RED", "AMBER", "GREEN", "CLEAR"),
}
_NARROWEST = {"tlp": "AMBER+STRICT", "h_code": "H2", "pap": "GREEN"}
_LEFT_BY_PAP = {"RED": OBSERVING, "AMBER": DESK_CHECKS}
_IDENTIFIED_BY = {
    **{"1": ("10", "11"), "2": ("20", "21"), "3": ("30", "31"), "4": ("40", "41"), "8": ("80", "81")}
}
_COMBINED = {"12": ("1", "20"), "16": ("1", "30"), "17": ("1", "31"), "18": ("1", ""), "23": ("2", "31")}
_CARGO = ("alert", "pre-arrival-notice")


def _issued(document: Part) -> int:
    return seconds(document["issued_at"])


def _not_after(plant, holder: Part, name: str, end: int, start: int = 0) -> None:
    if name in holder:
        holder[name] = instant(plant.rng, start, end, near=end)


def _after_issue(plant, document: Part, *names: str) -> None:
    for name in names:
        if name in document:
            document[name] = instant(plant.rng, _issued(document) + 1, near=_issued(document))


def _number(parts: Iterable[Part], name: str = "sequence") -> None:
    for place, part in enumerate(parts, start=1):
        part[name] = place


def _header(plant, document: Part) -> None:
    origin, rng = document["originator"], plant.rng
    origin["country"] = origin["authority"][:2]
    first = document["function"] == "9"
    document["version"] = 1 if first else max(2, document["version"])
    document["issued_at"] = instant(rng, 1, _LAST - 1)
    _after_issue(plant, document, "valid_until")
    others = [each for each in once(document["recipients"]) if each != origin["authority"]]
    document["recipients"] = others or ["ZZ-OTHER1" if origin["authority"] != "ZZ-OTHER1" else "ZZ-2"]
    if "sources" in document:
        document["sources"] = once(document["sources"])
    for source in document.get("sources", ()):
        if source["authority"] == origin["authority"]:
            source["authority"] = document["recipients"][0]
        if "consent" not in source:
            _loosen(plant, source, document["handling"])
    if len({repr([each[name] for name in _NAMES]) for each in document.get("sources", ())}) < len(
        document.get("sources", ())
    ):
        drop(document, "sources")


_NAMES = ("type", "authority", "reference", "version")


def _loosen(plant, holder: Part, handling: Part) -> None:
    """Give a holder of the three codes some that are no stricter than those of a handling."""
    for name, order in _STRICTEST_FIRST.items():
        holder[name] = plant.rng.choice(order[order.index(handling.get(name, _NARROWEST[name])) :])


def _answer(plant, document: Part, *names: str, own: bool = False) -> None:
    _header(plant, document)
    answered = document["answers"]
    if names and answered["type"] not in names:
        answered["type"] = plant.rng.choice(names)
    answered["authority"] = plant.rng.choice(document["recipients"])
    if own and plant.has():
        answered["authority"] = document["originator"]["authority"]


def _reasoned(plant, document: Part, title: str) -> None:
    if document.get("reason") == "other":
        need(plant, document, title, "reason_text")


# Notices and alerts.


def _notice(plant, notice: Part) -> None:
    _header(plant, notice)
    if "declaration_mrn" in notice:
        notice["declaration_mrn"] = mrn(plant)
    _transport(plant, notice["transport"])
    means, boxes = notice["transport"].get("passive_means", []), notice.get("equipment", [])
    consignments = notice.get("consignments", [])
    _number(boxes)
    _number(consignments)
    for consignment in consignments:
        _consignment(plant, consignment, len(means), has_boxes=bool(boxes))
    for box in boxes:
        _contents(plant, box, len(means), consignments)
    if "total_items" in notice:
        notice["total_items"] = sum(len(each.get("goods", ())) for each in consignments)


def _transport(plant, transport: Part) -> None:
    rng, active = plant.rng, transport["active_means"]
    if "combined_mode" in transport:
        transport["mode"], kind = _COMBINED[transport["combined_mode"]]
        if kind:
            need(plant, transport, "Transport", "passive_means")
            identified(plant, rng.choice(transport["passive_means"]), kind)
    if transport["mode"] in _IDENTIFIED_BY:
        identified(plant, active, rng.choice(_IDENTIFIED_BY[transport["mode"]]))
    if transport["mode"] == "1":
        need(plant, active, "ActiveMeans", "conveyance_reference")
    _number(transport.get("passive_means", ()))
    if transport.keys() >= {"estimated_departure_at", "actual_departure_at"}:
        drop(transport, rng.choice(("estimated_departure_at", "actual_departure_at")))
    for name in transport.keys() & {"estimated_departure_at", "actual_departure_at"}:
        departure = seconds(transport[name])
        transport["estimated_arrival_at"] = instant(rng, departure, near=departure)


def _consignment(plant, consignment: Part, means: int, *, has_boxes: bool) -> None:
    rng = plant.rng
    if not has_boxes:
        consignment["container_indicator"] = "0"
    carried = consignment.get("passive_means", ()) if means else ()
    consignment["passive_means"] = [rng.randint(1, means) for _ in carried]
    if "tir_carnet" in consignment:
        consignment["tir_carnet"] = tir_carnet(plant)
    if consignment.get("to_order"):
        drop(consignment, "consignee")
    elif "consignee" not in consignment:
        consignment["to_order"] = True
    goods = consignment.get("goods", [])
    _number(goods)
    for item in goods:
        item["packages"] = item["packages"] or rng.choice((0, 1))
        alone = not any(each["packages"] for each in goods if each["package_type"] == item["package_type"])
        if not item["packages"] and alone and item["package_type"] not in BULK_PACKAGES:
            item.update(rng.choice(({"packages": 1}, {"package_type": "VR"})))


def _contents(plant, box: Part, means: int, consignments: list[Part]) -> None:
    if "passive_means" in box and means:
        box["passive_means"] = plant.rng.randint(1, means)
    elif "passive_means" in box:
        drop(box, "passive_means")
    loaded = [each for each in consignments if each.get("goods")]
    if box.get("packed_status") == "4" or not loaded:
        drop(box, "goods")
    for goods in box.get("goods", ()):
        inside = plant.rng.choice(loaded)
        goods["consignment"] = inside["sequence"]
        goods["item"] = plant.rng.randint(1, len(inside["goods"]))


def _alert(plant, alert: Part) -> None:
    _header(plant, alert)
    _not_after(plant, alert, "valid_from", seconds(alert["valid_until"]) - 1)
    _after_issue(plant, alert, "feedback_due_at")
    _not_after(
        plant, alert, "acceptance_due_at", seconds(alert["feedback_due_at"]), _issued(alert) + 1
    )
    alert["risks"] = list({risk["area"]: risk for risk in alert["risks"]}.values())
    left = _LEFT_BY_PAP.get(alert["handling"].get("pap", "GREEN"))
    for recommended in alert["recommended_actions"] if left else ():
        recommended["action"] = plant.rng.choice(sorted(left))


# What comes of them.


def _hit(plant, hit: Part) -> None:
    _answer(plant, hit, "alert")
    _not_after(plant, hit, "found_at", _issued(hit))
    hit["matches"] = once(hit["matches"])


def _acceptance(plant, acceptance: Part) -> None:
    _answer(plant, acceptance, "alert")
    if acceptance["decision"] == "declined":
        drop(acceptance, "office_of_control", "unit", "scheduled_at", "place", "planned_actions")
        need(plant, acceptance, "Acceptance", "reason")
        _reasoned(plant, acceptance, "Acceptance")
        return
    drop(acceptance, "reason", "reason_text")
    need(plant, acceptance, "Acceptance", "office_of_control")
    acceptance["planned_actions"] = once(acceptance.get("planned_actions", []))


def _arrival(plant, arrival: Part) -> None:
    _answer(plant, arrival, *_CARGO)
    _not_after(plant, arrival, "arrived_at", _issued(arrival))
    listed = ("passive_means", "equipment", "transport_documents")
    if arrival["completeness"] == "part" and not any(arrival.get(name) for name in listed):
        need(plant, arrival, "Arrival", plant.rng.choice(listed))
    if "location" in arrival and not arrival["location"]:
        need(plant, arrival["location"], "GoodsLocation", plant.rng.choice(("code", "text")))


def _control_result(plant, result: Part) -> None:
    _answer(plant, result, *_CARGO)
    _not_after(plant, result, "ended_at", _issued(result))
    _evidence(plant, result)
    if result["decision"] != "controlled":
        drop(result, "control_types", "result", "started_at", "discrepancies", "seals")
        drop(result, "measured_gross_mass")
        need(plant, result, "ControlResult", "reason")
        _reasoned(plant, result, "ControlResult")
    else:
        drop(result, "reason", "reason_text")
        for name in ("triggers", "control_types", "result", "subject"):
            need(plant, result, "ControlResult", name)
        _not_after(plant, result, "started_at", seconds(result["ended_at"]))
    for name in result.keys() & {"triggers", "control_types"}:
        result[name] = once(result[name])


def _seizure(plant, seizure: Part) -> None:
    names = (*_CARGO, "control-result")
    if seizure["answers"]["type"] not in names:
        seizure["answers"]["type"] = plant.rng.choice(names)
    _answer(plant, seizure, *names, own=seizure["answers"]["type"] == "control-result")
    _not_after(plant, seizure, "seized_at", _issued(seizure))
    if seizure.get("arrests_count", 0) > seizure.get("persons_count", 0):
        seizure["persons_count"] = seizure["arrests_count"]
    _evidence(plant, seizure)


def _evidence(plant, document: Part) -> None:
    if document.get("evidence_use") == "yes" and document["handling"].get("h_code", "H2") in {"H1", "H2"}:
        document["evidence_use"] = plant.rng.choice(("no", "with-consent"))


def _import_result(plant, result: Part) -> None:
    _answer(plant, result, "pre-arrival-notice")
    _not_after(plant, result, "decided_at", _issued(result))
    if result["comparison"] != "not-compared":
        need(plant, result, "ImportResult", "declared")
    keys = ("sequence", "declaration_mrn", "declaration")
    named = {repr([each.get(key) for key in keys]): each for each in result.get("declared", ())}
    result["declared"] = list(named.values())
    for each in result["declared"]:
        _not_after(plant, each, "released_at", seconds(result["decided_at"]))


def _discrepancy(plant, discrepancy: Part) -> None:
    _answer(plant, discrepancy, "pre-arrival-notice", "import-result")
    _not_after(plant, discrepancy, "found_at", _issued(discrepancy))


def _incident(plant, incident: Part) -> None:
    _answer(plant, incident, *_CARGO, own=True)
    _not_after(plant, incident, "occurred_at", _issued(incident))
    happened = seconds(incident["occurred_at"])
    needed = {"transshipment": "new_means", "seal-broken": "seals", "other": "text"}
    if incident["code"] in needed:
        need(plant, incident, "Incident", needed[incident["code"]])
    if "new_arrival_at" in incident:
        incident["new_arrival_at"] = instant(plant.rng, happened, near=happened)
    if "endorsement" in incident:
        _not_after(plant, incident["endorsement"], "at", _issued(incident), happened)


# Asking, correcting, permitting, counting.


def _request(plant, request: Part) -> None:
    _header(plant, request)
    _after_issue(plant, request, "due_at")
    _number(request["questions"], "number")
    related = len(request.get("related", ()))
    for question in request["questions"]:
        if not related:
            drop(question, "pointer", "related")
        elif "related" in question:
            question["related"] = plant.rng.randint(1, related)


def _information_reply(plant, reply: Part) -> None:
    _answer(plant, reply, "information-request")
    reply["replies"] = list({each["question"]: each for each in reply["replies"]}.values())


def _refusal(plant, refusal: Part) -> None:
    _answer(plant, refusal, "information-request", "consent-request")
    _reasoned(plant, refusal, "Refusal")
    if refusal["extent"] == "part":
        need(plant, refusal, "Refusal", "questions")
        refusal["questions"] = once(refusal["questions"])
    else:
        drop(refusal, "questions")
    if refusal["reason"] == "under-conditions":
        need(plant, refusal, "Refusal", "what_would_help")


def _extension(plant, extension: Part) -> None:
    _answer(plant, extension, "information-request", "consent-request")
    _after_issue(plant, extension, "until")
    _reasoned(plant, extension, "Extension")


def _amendment(plant, amendment: Part) -> None:
    document, amends, rng = amendment["document"], amendment["amends"], plant.rng
    amendment["originator"] = dict(document["originator"])
    _loosen(plant, amendment["handling"], document["handling"])
    if amendment["handling"]["h_code"] == "H3":
        need(plant, amendment["handling"], "Handling", "restrictions")
    _header(plant, amendment)
    _reasoned(plant, amendment, "Amendment")
    amendment["recipients"] = rng.sample(document["recipients"], len(document["recipients"]))
    for source in amendment.get("sources", ()):
        if source["authority"] == amendment["originator"]["authority"]:
            source["authority"] = amendment["recipients"][0]
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
    _header(plant, recall)
    recall["recalls"]["authority"] = recall["originator"]["authority"]
    _reasoned(plant, recall, "Recall")
    _after_issue(plant, recall, "answer_due_at")


def _recall_answer(plant, answer: Part) -> None:
    _answer(plant, answer, "recall")
    answer["uses"] = once(answer["uses"])
    if "unused" in answer["uses"]:
        answer["uses"] = ["unused"]
    for use, name in (("used", "used_in"), ("passed-on", "passed_on_to")):
        if use not in answer["uses"]:
            drop(answer, name)
        else:
            need(plant, answer, "RecallAnswer", name)
            answer[name] = once(answer[name])
    if "other" in answer.get("used_in", ()):
        need(plant, answer, "RecallAnswer", "note")


def _consent_request(plant, request: Part) -> None:
    _answer(plant, request)
    _after_issue(plant, request, "needed_by")


def _consent(plant, consent: Part) -> None:
    _answer(plant, consent, "consent-request")
    consent["covers"]["authority"] = consent["originator"]["authority"]
    _after_issue(plant, consent, "until")


def _statistics(plant, statistics: Part) -> None:
    _header(plant, statistics)
    end = max(1, seconds(statistics["period_end"]))
    statistics["period_end"] = instant(plant.rng, end, end)
    _not_after(plant, statistics, "period_start", end - 1)
    split = ("metric", "counterpart", "direction", "mode", "trigger", "commodity")
    for figure in statistics["figures"]:
        if figure["counterpart"] == statistics["originator"]["authority"]:
            figure["counterpart"] = statistics["recipients"][0]
    named = {repr([figure.get(name) for name in split]): figure for figure in statistics["figures"]}
    statistics["figures"] = list(named.values())


DOCUMENTS: dict[str, Callable[[Any, Part], None]] = {
    "PreArrivalNotice": _notice,
    "Alert": _alert,
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
