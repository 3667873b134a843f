"""What makes a notice or an alert keep its rules, from docs/documents.md.

Means that fit their mode, goods in boxes that exist, totals that are counted, times in order,
actions that the handling leaves. Nothing here asks the program.
"""

from node.reference.cargo_codes import BULK_PACKAGES
from node.reference.risk_codes import DESK_CHECKS, OBSERVING
from tests.message.tending_header import after_issue, distinct, header, issued, not_after, number
from tests.message.tending_parts import Part, drop, identified, instant, mrn, need, seconds, tir_carnet

_LEFT_BY_PAP = {"RED": OBSERVING, "AMBER": DESK_CHECKS}
_IDENTIFIED_BY = {
    "1": ("10", "11"),
    "2": ("20", "21"),
    "3": ("30", "31"),
    "4": ("40", "41"),
    "8": ("80", "81"),
}
_COMBINED = {"12": ("1", "20"), "16": ("1", "30"), "17": ("1", "31"), "18": ("1", ""), "23": ("2", "31")}


def tend_notice(plant, notice: Part) -> None:
    """Tend a pre-arrival notice."""
    header(plant, notice)
    if "declaration_mrn" in notice:
        notice["declaration_mrn"] = mrn(plant)
    _transport(plant, notice["transport"])
    means, boxes = notice["transport"].get("passive_means", []), notice.get("equipment", [])
    consignments = notice.get("consignments", [])
    number(boxes)
    number(consignments)
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
    number(transport.get("passive_means", ()))
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
    number(goods)
    for item in goods:
        item["packages"] = item["packages"] or rng.choice((0, 1))
        alike = [each for each in goods if each["package_type"] == item["package_type"]]
        alone = not any(each["packages"] for each in alike)
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


def tend_alert(plant, alert: Part) -> None:
    """Tend an alert."""
    header(plant, alert)
    not_after(plant, alert, "valid_from", seconds(alert["valid_until"]) - 1)
    after_issue(plant, alert, "feedback_due_at")
    not_after(plant, alert, "acceptance_due_at", seconds(alert["feedback_due_at"]), issued(alert) + 1)
    alert["risks"] = distinct(alert["risks"], "area")
    left = _LEFT_BY_PAP.get(alert["handling"].get("pap", "GREEN"))
    for recommended in alert["recommended_actions"] if left else ():
        recommended["action"] = plant.rng.choice(sorted(left))
