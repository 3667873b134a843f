"""Small documents to compare: one notice, one alert, one watch item, each changed as a test needs it."""

import json

from node.conversation.facts import milliseconds
from node.matching.watch import WatchItem
from node.message.document import read_document

BOX, WAGON, IMO, VOYAGE = "CSQU3054383", "24512345", "9123453", "QU-412"
TRUCK, TRAILER = "10-AB-123", "10-CD-456"
DOCUMENT, UCR = "SMGS-24117730", "6AZ1700456781-0042"


def header(authority, reference, recipients, **more):
    return {
        "reference": reference,
        "version": 1,
        "function": "9",
        "issued_at": "2026-11-24T06:00:00Z",
        "originator": {"authority": authority, "unit": "PCU-ALYAT", "country": authority[:2]},
        "recipients": list(recipients),
        "priority": "routine",
        "valid_until": "2026-12-04T06:00:00Z",
        "handling": {"purpose": "risk-analysis", "legal_basis": "customs-agreement"},
        "test": True,
    } | more


def company(name="Abseron Polimer MMC", country="AZ", **more):
    organisation = {"name": name, "address": {"city": "Baku", "country": country}} | more
    return {"type_of_person": "2", "organisation": organisation}


def person(name, nationality="UZ", **more):
    return {"type_of_person": "1", "person": {"name": name, "nationality": nationality} | more}


def consignment(sequence=1, number=DOCUMENT, **more):
    return {
        "sequence": sequence,
        "transport_document": {"number": number, "type": "N722"},
        "container_indicator": "0",
        "place_of_loading": {"locode": "AZALA", "country": "AZ"},
        "place_of_unloading": {"locode": "TMKRW", "country": "TM"},
        "country_of_exportation": "AZ",
        "country_of_destination": "TM",
        "consignor": company(),
        "consignee": company("Altyn Dokma Kompaniyasy", "TM"),
        "goods": [goods()],
    } | more


def goods(code="390210", sequence=1):
    return {
        "sequence": sequence,
        "description": "Polypropylene granulate",
        "hs_code": code,
        "gross_mass": "1200",
        "packages": 60,
        "package_type": "BG",
    }


def box(number=BOX, sequence=1, **more):
    return {"sequence": sequence, "identification": number} | more


def wagon(number=WAGON, sequence=1):
    return {"sequence": sequence, "identification": number, "identification_type": "20"}


def ferry(**more):
    return {
        "mode": "1",
        "active_means": {
            "identification": IMO,
            "identification_type": "10",
            "name": "QIZIL ULDUZ TEST",
            "conveyance_reference": VOYAGE,
        },
        "estimated_arrival_at": "2026-11-25T03:30:00Z",
    } | more


def road(truck=TRUCK, trailer=TRAILER, country="AZ", **more):
    return {
        "mode": "3",
        "active_means": {
            "identification": truck,
            "identification_type": "30",
            "nationality": country,
        },
        "passive_means": [{"sequence": 1, "identification": trailer, "identification_type": "31"}],
        "estimated_arrival_at": "2026-11-25T03:30:00Z",
    } | more


def notice_members(**more):
    return {
        "type": "pre-arrival-notice/1",
        **header("AZ-SCC", "AZ-PAN-1", ["TM-SCS", "UZ-CC"]),
        "office_of_entry": "TM001004",
        "total_gross_mass": "1200",
        "transport": ferry(),
        "carrier": company("Xezer Logistika MMC", "AZ"),
        "consignments": [consignment()],
    } | more


def notice(**more):
    return read(notice_members(**more))


def alert_members(subject=None, **more):
    members = {
        "type": "alert/1",
        **header("UZ-CC", "UZ-ALR-1", ["AZ-SCC", "TM-SCS"]),
        "feedback_due_at": "2026-11-27T06:00:00Z",
        "risks": [{"area": "drugs", "level": "high"}],
        "subject": subject or {"equipment": [{"identification": BOX}]},
        "recommended_actions": [{"action": "scan"}],
    } | more
    rated = {"source_evaluation": "B", "information_evaluation": "2"}
    return members | {"handling": rated | members["handling"]}


def alert(subject=None, **more):
    return read(alert_members(subject, **more))


def amendment(members):
    after = members | {"version": 2, "function": "5"}
    name = members["type"].partition("/")[0]
    authority = members["originator"]["authority"]
    return read(
        {
            "type": "amendment/1",
            **header(authority, f"{members['reference']}-A", members["recipients"]),
            "handling": members["handling"],
            "amends": {
                "type": name,
                "authority": authority,
                "reference": members["reference"],
                "version": 1,
            },
            "reason": "correction",
            "changed": ["/priority"],
            "document": after,
        }
    )


def watch(subject, **more):
    members = {
        "id": "W-1",
        "subject": subject,
        "valid_from": "2026-11-01T00:00:00Z",
        "valid_until": "2026-12-31T00:00:00Z",
        "reason": "drugs",
        "unit": "PCU-ALYAT",
        "test": True,
    } | more
    return WatchItem.model_validate_json(json.dumps(members))


def named(kind, number):
    return {"passive_means": [{"identification": number, "identification_type": kind}]}


def party(who, role="CZ"):
    return {"parties": [{"role": role, "party": who}]}


def read(members):
    return read_document(json.dumps(members).encode()).document


def now(document):
    return milliseconds(document.issued_at)
