"""Rules between the members of a hit, an acceptance, an arrival and an incident.

Responsible for what makes each of them contradict itself. Rules they share with control results
stand in `outcome_rules`.
"""

from collections.abc import Iterator

from node.message.acceptance import Acceptance
from node.message.answer_rules import answer_faults
from node.message.arrival import Arrival
from node.message.faults import Fault, pointer_to
from node.message.header_rules import once_faults
from node.message.hit import Hit
from node.message.incident import Incident, IncidentPlace
from node.message.outcome_rules import happened_faults, no_control_faults
from node.message.subject_rules import box_faults, listed_means_faults, means_faults


def hit_faults(hit: Hit) -> Iterator[Fault]:
    """Give the faults of a hit."""
    yield from answer_faults(hit, "alert")
    yield from happened_faults(hit, hit.found_at, "found_at")
    yield from once_faults(hit.matches, "matches")
    for index, match in enumerate(hit.matches):
        if match.notice is not None and match.found_in != "notice":
            yield Fault(
                pointer_to("matches", index, "notice"),
                "rule.matched_notice",
                "only with found_in notice",
            )


def acceptance_faults(acceptance: Acceptance) -> Iterator[Fault]:
    """Give the faults of an acceptance."""
    yield from answer_faults(acceptance, "alert")
    is_declined = acceptance.decision == "declined"
    yield from no_control_faults(acceptance, is_due=is_declined)
    if not is_declined and acceptance.office_of_control is None:
        yield Fault("/office_of_control", "rule.control_planned", "required when accepted")
    plan = ("office_of_control", "unit", "scheduled_at", "place", "planned_actions")
    for member in plan:
        if is_declined and getattr(acceptance, member):
            yield Fault(pointer_to(member), "rule.control_planned", "absent when declined")
    yield from once_faults(acceptance.planned_actions, "planned_actions")


def arrival_faults(arrival: Arrival) -> Iterator[Fault]:
    """Give the faults of an arrival."""
    yield from answer_faults(arrival, "pre-arrival-notice", "alert")
    yield from happened_faults(arrival, arrival.arrived_at, "arrived_at")
    listed = arrival.passive_means or arrival.equipment or arrival.transport_documents
    if arrival.completeness == "part" and not listed:
        yield Fault("/completeness", "rule.part_listed", "list what came: means, boxes or documents")
    place = arrival.location
    if place is not None and place.code is None and place.text is None:
        yield Fault("/location", "rule.location_named", "needs a code or words")
    if arrival.active_means is not None:
        yield from means_faults(arrival.active_means, "active_means")
    yield from listed_means_faults(arrival.passive_means, "passive_means")
    yield from box_faults(arrival.equipment, "equipment")


def incident_faults(incident: Incident) -> Iterator[Fault]:
    """Give the faults of an incident. Who sent the notice may also be first to hear of it."""
    yield from answer_faults(incident, "pre-arrival-notice", "alert", own=True)
    yield from happened_faults(incident, incident.occurred_at, "occurred_at")
    yield from _incident_place_faults(incident.place)
    needed = {"transshipment": "new_means", "seal-broken": "seals", "other": "text"}
    member = needed.get(incident.code)
    if member is not None and not getattr(incident, member):
        yield Fault(pointer_to(member), "rule.incident_described", f"required with {incident.code}")
    yield from listed_means_faults(incident.new_means, "new_means")
    yield from box_faults(incident.transferred_equipment, "transferred_equipment")
    expected = incident.new_arrival_at
    if expected is not None and expected < incident.occurred_at:
        yield Fault("/new_arrival_at", "rule.times_in_order", "must not be before occurred_at")
    if incident.endorsement is not None:
        yield from happened_faults(incident, incident.endorsement.at, "endorsement", "at")
        if incident.endorsement.at < incident.occurred_at:
            yield Fault("/endorsement/at", "rule.times_in_order", "must not be before occurred_at")


def _incident_place_faults(place: IncidentPlace) -> Iterator[Fault]:
    if not (place.locode or place.text or place.latitude or place.longitude):
        yield Fault("/place", "rule.incident_place_named", "needs a UN/LOCODE, coordinates or words")
    if (place.latitude is None) != (place.longitude is None):
        yield Fault("/place", "rule.coordinates_paired", "both latitude and longitude, or neither")
    if place.locode is not None and not place.locode.startswith(place.country):
        yield Fault("/place/country", "rule.place_country", "must begin the place's UN/LOCODE")
