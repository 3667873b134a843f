"""Corridor traffic: notices and alerts as three national systems would hand them over.

Everything is invented (see content.json): companies, persons, ships, numbers. Places, routes,
commodities and the shape of every identifier are those of the corridor; check digits are right,
except in the few documents that show what a doubt looks like. The same seed gives the same
documents, all of them marked as test traffic.

    python config/corridor/generate.py [FOLDER]            write the files, beside this script
    python config/corridor/generate.py [FOLDER] --check    say whether they are up to date

Directions (A is the port of Alat in Azerbaijan, U the border post of Alat in Uzbekistan):

    AZ-SCC   rail ferry A - Turkmenbashi, trucks and trailers on it, rail by Astara through Iran
    TM-SCS   ferry back to A, road Farap - U, empty trucks both ways
    UZ-CC    road U - Farap, rail U - Farap and on by ferry to A
"""
# ruff: noqa: PLR2004
# A plain script: its numbers are shares and ranges of samples, and nothing in them is secret.

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Members = dict[str, Any]

BASE = datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC)
"""The moment the committed files are told at: documents are issued in the two days before it."""

SEED = 2026
AUTHORITIES = ("AZ-SCC", "TM-SCS", "UZ-CC")
NOTICES_EACH = 72
ALERTS_EACH = 9

_LETTERS = "ABCEHKMOPTX"
_CYRILLIC = str.maketrans(_LETTERS, "АВСЕНКМОРТХ")  # noqa: RUF001  letters that look the same
_VALUES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (v for v in range(10, 39) if v % 11), strict=True))


@dataclass(frozen=True)
class Route:
    """One way across one border, and what travels on it; a place is UN/LOCODE and name."""

    kind: str
    unit: str
    recipients: list[str]
    loading: list[str]
    unloading: list[str]
    office: str
    countries: list[str]
    destination: str


_CONTENT = json.loads(Path(__file__).with_name("content.json").read_text(encoding="utf-8"))
_COMPANIES: dict[str, list[list[str]]] = _CONTENT["companies"]
_PERSONS: dict[str, list[str]] = _CONTENT["persons"]
_ROUTES = {
    authority: [Route(**route) for route in routes] for authority, routes in _CONTENT["routes"].items()
}


def notices(authority: str, count: int, seed: int = SEED, base: datetime = BASE) -> Iterator[Members]:
    """Give `count` pre-arrival notices of one authority, going round its routes."""
    routes = _ROUTES[authority]
    for index in range(count):
        rng = random.Random(f"{seed}/{authority}/notice/{index}")
        yield _notice(rng, authority, routes[index % len(routes)], seed, index, base)


def alerts(authority: str, count: int, seed: int = SEED, base: datetime = BASE) -> Iterator[Members]:
    """Give `count` alerts of one authority, on cargo of notices it has sent or received."""
    known = [
        notice
        for other in AUTHORITIES
        for notice in notices(other, NOTICES_EACH, seed, base)
        if (other == authority or authority in notice["recipients"]) and notice["consignments"]
    ]
    for index in range(count):
        rng = random.Random(f"{seed}/{authority}/alert/{index}")
        yield _alert(rng, authority, rng.choice(known), seed, index, base)


def _header(
    authority: str, unit: str, reference: str, issued: datetime, recipients: list[str]
) -> Members:
    return {
        "reference": reference,
        "version": 1,
        "function": "9",
        "issued_at": _utc(issued),
        "originator": {"authority": authority, "unit": unit, "country": authority[:2]},
        "recipients": recipients,
        "priority": "routine",
        "valid_until": _utc(issued + timedelta(days=30)),
        "handling": {
            "tlp": "AMBER+STRICT",
            "h_code": "H2",
            "pap": "GREEN",
            "purpose": "risk-analysis",
            "legal_basis": "preliminary-information",
            "legal_basis_reference": "Protocol on the exchange of preliminary information, Art. 4",
            "retention_class": "P12M",
        },
        "test": True,
    }


def _notice(
    rng: random.Random, authority: str, route: Route, seed: int, index: int, base: datetime
) -> Members:
    issued = base - timedelta(minutes=rng.randrange(30, 2880))
    home = authority[:2]
    reference = f"{home}-PAN-{seed}-{index + 1:06d}"
    transport, equipment, numbers = _carriage(rng, route, issued)
    consignments = [
        _consignment(rng, home, route, number, place, numbers)
        for place, number in enumerate(_document_numbers(rng, route))
    ]
    goods = [item for consignment in consignments for item in consignment["goods"]]
    notice = {
        "type": "pre-arrival-notice/1",
        **_header(authority, route.unit, reference, issued, list(route.recipients)),
        **_declaration(rng, home, consignments),
        "office_of_declaration": route.loading[0] + home + "01",
        "office_of_entry": route.office,
        "office_of_exit": route.loading[0] + home + "02",
        "total_items": len(goods),
        "total_gross_mass": _kilograms(sum(float(item["gross_mass"]) for item in goods)),
        "total_packages": sum(item["packages"] for item in goods),
        "transport": transport,
        "equipment": equipment,
        "carrier": _company(rng, rng.choice((home, route.unloading[0][:2]))),
        "consignments": consignments,
    }
    if consignments:
        notice["declarant"] = _company(rng, home)
    _link_goods(notice)
    return _spoil(rng, notice, issued)


def _carriage(rng: random.Random, route: Route, issued: datetime) -> tuple[Members, list, list]:
    """Build the journey, the boxes, and the sequence numbers of what carries the cargo."""
    build = {
        "rail-ferry": _rail_ferry, "consolidated": _rail_ferry, "truck-ferry": _truck_ferry,
        "trailer-ferry": _trailer_ferry, "rail": _train, "road": _truck, "tir-road": _truck,
        "empty-truck": _empty_truck,
    }[route.kind]  # fmt: skip
    means, equipment = build(rng, route)
    departed = issued + timedelta(minutes=rng.randrange(40, 300))
    hours = rng.randrange(14, 40) if means["mode"] == "1" else rng.randrange(3, 60)
    journey = {
        **means,
        "estimated_departure_at": _utc(departed),
        "estimated_arrival_at": _utc(departed + timedelta(hours=hours)),
        "routing_countries": list(route.countries),
    }
    return journey, equipment, [each["sequence"] for each in journey["passive_means"]]


def _rail_ferry(rng: random.Random, route: Route) -> tuple[Members, list]:
    boxes = 1 if route.kind == "consolidated" else rng.randrange(1, 3)
    wagons = [_passive(place, _wagon(rng), "20", None) for place in range(1, boxes + 1)]
    equipment = [_box(rng, place, place) for place in range(1, boxes + 1)]
    return _ferry(rng, "12", wagons), equipment


def _truck_ferry(rng: random.Random, route: Route) -> tuple[Members, list]:
    country = rng.choice((route.loading[0][:2], route.destination))
    vehicles = [
        _passive(1, _plate(rng, country), "30", country),
        _passive(2, _plate(rng, country), "31", country),
    ]
    return _ferry(rng, "16", vehicles), []


def _trailer_ferry(rng: random.Random, route: Route) -> tuple[Members, list]:
    country = route.loading[0][:2]
    return _ferry(rng, "17", [_passive(1, _plate(rng, country), "31", country)]), []


def _train(rng: random.Random, _: Route) -> tuple[Members, list]:
    wagons = [_passive(place, _wagon(rng), "20", None) for place in range(1, rng.randrange(3, 6))]
    train = f"{rng.randrange(1000, 3999)}"
    active = {
        "identification": train,
        "identification_type": "21",
        "conveyance_reference": f"{train}-{rng.randrange(1, 28):02d}",
    }
    boxes = [_box(rng, 1, 1)]
    return {"mode": "2", "active_means": active, "passive_means": wagons}, boxes


def _truck(rng: random.Random, route: Route) -> tuple[Members, list]:
    country = rng.choice((route.loading[0][:2], route.destination))
    means = {
        "mode": "3",
        "active_means": {
            "identification": _plate(rng, country),
            "identification_type": "30",
            "nationality": country,
        },
        "passive_means": [_passive(1, _plate(rng, country), "31", country)],
    }
    if rng.random() < 0.15 and country in _PERSONS:
        means["driver"] = {
            "name": rng.choice(_PERSONS[country]),
            "identification": f"{rng.choice('ACP')}{rng.randrange(10**7, 10**8)}",
            "document_type": "PAS",
            "nationality": country,
        }
    return means, []


def _empty_truck(rng: random.Random, route: Route) -> tuple[Members, list]:
    means, _ = _truck(rng, route)
    boxes = []
    if rng.random() < 0.5:
        boxes = [{**_box(rng, 1, 1), "packed_status": "4"}]
    return means, boxes


def _ferry(rng: random.Random, combined: str, passive: list[Members]) -> Members:
    ship = rng.choice(_CONTENT["ships"])
    weighted = (int(digit) * (7 - place) for place, digit in enumerate(ship["digits"]))
    return {
        "mode": "1",
        "combined_mode": combined,
        "active_means": {
            "identification": f"{ship['digits']}{sum(weighted) % 10}",
            "identification_type": "10",
            "name": ship["name"],
            "nationality": ship["flag"],
            "conveyance_reference": f"{ship['name'][:2]}-{rng.randrange(100, 999)}",
        },
        "passive_means": passive,
    }


def _passive(sequence: int, number: str, kind: str, country: str | None) -> Members:
    means: Members = {
        "sequence": sequence,
        "identification": number,
        "identification_type": kind,
    }
    return means if country is None else {**means, "nationality": country}


def _box(rng: random.Random, sequence: int, passive: int) -> Members:
    seals = [
        {"number": f"{rng.choice(('AZ', 'Tm', 'uz'))}{rng.randrange(10**6, 10**7)}", "party": party}
        for party in rng.sample(("CU", "CA", "SH"), rng.randrange(1, 3))
    ]
    return {
        "sequence": sequence,
        "identification": _container(rng),
        "size_type": rng.choice(("22G1", "42G1", "45G1", "22T6")),
        "packed_status": "5",
        "seal_count": len(seals),
        "seals": seals,
        "passive_means": passive,
    }


def _document_numbers(rng: random.Random, route: Route) -> list[tuple[str, str]]:
    """Give number and type of each transport document on this route."""
    kind, count = {
        "rail-ferry": ("N722", 1), "consolidated": ("N722", 3), "rail": ("N722", 2),
        "truck-ferry": ("N730", 1), "trailer-ferry": ("N730", 1), "road": ("N730", 1),
        "tir-road": ("N952", 1), "empty-truck": ("", 0),
    }[route.kind]  # fmt: skip
    prefix = {"N722": "SMGS-", "N730": "CMR-", "N952": "XB"}.get(kind, "")
    return [(f"{prefix}{rng.randrange(25 * 10**6, 99 * 10**6)}", kind) for _ in range(count)]


def _consignment(
    rng: random.Random,
    home: str,
    route: Route,
    document: tuple[str, str],
    place: int,
    carriers: list[int],
) -> Members:
    origin = rng.choice((home, "TR", "GE") if home == "AZ" else (home, "CN", "IR"))
    number, kind = document
    consignment: Members = {
        "sequence": place + 1,
        "transport_document": {"number": number, "type": kind},
        "ucr": f"6{home}{rng.randrange(10**9, 10**10)}-{rng.randrange(1, 9999):04d}",
        "container_indicator": "1" if kind == "N722" else "0",
        "passive_means": carriers if len(carriers) < 2 or place else carriers[:1],
        "place_of_loading": _place(*route.loading),
        "place_of_unloading": _place(*route.unloading),
        "country_of_exportation": origin,
        "country_of_destination": route.destination,
        "routing_countries": list(dict.fromkeys((origin, *route.countries, route.destination))),
        "additional_documents": [
            {"reference": f"INV-{rng.randrange(10**5, 10**6)}/26", "type": "N380"},
            {"reference": f"CO-{rng.randrange(10**6, 10**7)}", "type": "N861"},
        ],
        "consignor": _company(rng, origin),
        **_consignee(rng, route.destination),
    }
    if kind == "N952":
        consignment["tir_carnet"] = number
    items = 1 if route.kind == "consolidated" else rng.randrange(2, 4)
    consignment["goods"] = [
        _item(rng, goods, sequence, origin)
        for sequence, goods in enumerate(rng.sample(_CONTENT["goods"], items), start=1)
    ]
    return consignment


def _consignee(rng: random.Random, country: str) -> Members:
    draw = rng.random()
    if draw < 0.03:
        return {"to_order": True}
    if draw < 0.1 and country in _PERSONS:
        name = rng.choice(_PERSONS[country])
        city = _COMPANIES[country][0][1]
        person = {
            "name": name,
            "address": {"city": city, "country": country},
            "communications": [{"number": _telephone(rng, country), "type": "TE"}],
        }
        return {"consignee": {"type_of_person": "1", "person": person}}
    return {"consignee": _company(rng, country)}


def _item(rng: random.Random, goods: Members, sequence: int, origin: str) -> Members:
    hs_code, each = goods["hs_code"], goods["kilograms_each"]
    packages = rng.randrange(20, 400) if each < 100 else rng.randrange(4, 60)
    net = packages * each
    item = {
        "sequence": sequence,
        "description": goods["description"],
        "hs_code": hs_code,
        "hs_edition": "2022",
        "national_code": f"{hs_code}{rng.choice(('0000', '1000', '9000'))}",
        "gross_mass": _kilograms(net * 1.04),
        "net_mass": _kilograms(net),
        "packages": packages,
        "package_type": goods["package_type"],
        "shipping_marks": f"{origin} {hs_code[:4]} NO 1-{packages}",
        "country_of_origin": origin,
        "value": {"amount": f"{net * goods['usd_a_kilogram']}.00", "currency": "USD"},
    }
    return item if goods["un_number"] is None else {**item, "un_number": goods["un_number"]}


def _link_goods(notice: Members) -> None:
    """Say of each full box which goods are in it."""
    boxes = [box for box in notice["equipment"] if box["packed_status"] == "5"]
    for consignment in notice["consignments"]:
        if boxes and consignment["container_indicator"] == "1":
            box = boxes[(consignment["sequence"] - 1) % len(boxes)]
            box.setdefault("goods", []).extend(
                {"consignment": consignment["sequence"], "item": item["sequence"]}
                for item in consignment["goods"]
            )


def _declaration(rng: random.Random, home: str, consignments: list[Members]) -> Members:
    if not consignments:
        return {}
    if rng.random() < 0.5:
        return {"declaration_mrn": _mrn(rng, home)}
    number = f"{rng.randrange(10**4, 10**5)}/{rng.randrange(10, 28)}1126/{rng.randrange(10**6):06d}"
    return {"previous_documents": [{"number": number, "type": "N830"}]}


def _spoil(rng: random.Random, notice: Members, issued: datetime) -> Members:
    """Make one notice in five doubtful, as real ones are."""
    if rng.random() > 1 / 5:
        return notice
    tricks: list[Callable[[Members, datetime], None]] = [_arrive_before_issue, _foreign_plate]
    if notice["consignments"]:
        tricks += [_weigh_too_little, _describe_nothing]
    if notice["equipment"]:
        tricks = [_wrong_check, _foreign_box, _spaced_box, _one_seal_more, *tricks[2:3]]
    rng.choice(tricks)(notice, issued)
    return notice


def _arrive_before_issue(notice: Members, issued: datetime) -> None:
    notice["transport"].update(
        estimated_departure_at=_utc(issued - timedelta(hours=9)),
        estimated_arrival_at=_utc(issued - timedelta(minutes=20)),
    )


def _foreign_plate(notice: Members, _: datetime) -> None:
    """Write the Latin letters of the plates as Cyrillic ones that look the same."""
    for means in notice["transport"]["passive_means"]:
        means["identification"] = means["identification"].translate(_CYRILLIC)


def _weigh_too_little(notice: Members, _: datetime) -> None:
    notice["total_gross_mass"] = _kilograms(float(notice["total_gross_mass"]) * 0.8)


def _describe_nothing(notice: Members, _: datetime) -> None:
    notice["consignments"][0]["goods"][0]["description"] = "Spare parts"


def _wrong_check(notice: Members, _: datetime) -> None:
    for box in notice["equipment"]:
        number = box["identification"]
        box["identification"] = f"{number[:10]}{(int(number[10]) + 1) % 10}"


def _foreign_box(notice: Members, _: datetime) -> None:
    for box in notice["equipment"]:
        box["identification"] = box["identification"].translate(_CYRILLIC)


def _spaced_box(notice: Members, _: datetime) -> None:
    for box in notice["equipment"]:
        number = box["identification"]
        box["identification"] = f"{number[:4]} {number[4:10]}-{number[10:]}"


def _one_seal_more(notice: Members, _: datetime) -> None:
    for box in notice["equipment"]:
        box["seal_count"] += 1


def _alert(
    rng: random.Random, authority: str, notice: Members, seed: int, index: int, base: datetime
) -> Members:
    home = authority[:2]
    issued = base - timedelta(minutes=rng.randrange(10, 600))
    others = [other for other in AUTHORITIES if other != authority]
    recipients = others if rng.random() < 0.8 else [rng.choice(others)]
    case = rng.choice(_CONTENT["cases"])
    area, suspicion, reason = case["area"], case["suspicion"], case["reason"]
    level = rng.choice(("critical", "high", "high", "medium"))
    unit = rng.choice([route.unit for route in _ROUTES[authority]])
    alert = {
        "type": "alert/1",
        **_header(authority, unit, f"{home}-ALR-{seed}-{index + 1:06d}", issued, recipients),
        "valid_from": _utc(issued),
        "feedback_due_at": _utc(issued + timedelta(days=7)),
        "acceptance_due_at": _utc(issued + timedelta(hours=8)),
        "summary": f"Consignment under notice suspected of {area}. {suspicion}. {reason}",
        "contact": {
            "communications": [
                {"number": f"duty.{unit.lower()}@customs.example", "type": "EM"},
                {"number": _telephone(rng, home), "type": "TE"},
            ]
        },
        "category": "pre-arrival",
        "risks": [{"area": area, "level": level}],
        "indicators": [
            {"identifier": f"{home}-{area[:4].upper()}-{rng.randrange(100, 999)}", "text": reason},
            {"identifier": f"{home}-ROUTE-{rng.randrange(10, 99)}",
             "text": "New combination of consignor, consignee and route."},
        ],
        "suspicious_members": [
            {"authority": notice["originator"]["authority"], "reference": notice["reference"],
             "pointer": "/consignments/0/goods/0/description"},
        ],
        "subject": _subject(notice),
        "route": _route(notice),
        "suspected_goods": [{"commodity": case["commodity"], "text": suspicion}],
        "modus_operandi": f"{suspicion}; documents in order, seals intact on earlier journeys.",
        "concealments": [{"code": case["concealment"]}],
        "recommended_actions": _actions(rng, notice),
        "related": [
            {"type": "pre-arrival-notice", "authority": notice["originator"]["authority"],
             "reference": notice["reference"], "version": 1},
        ],
    }  # fmt: skip
    alert["priority"] = "urgent" if level == "critical" else "routine"
    alert["handling"] |= {
        "purpose": "counter-narcotics" if area in ("drugs", "precursors") else "risk-analysis",
        "legal_basis": "customs-agreement",
        "legal_basis_reference": "Agreement on mutual assistance in customs matters, Art. 6",
        "source_evaluation": rng.choice("AB"),
        "information_evaluation": rng.choice("123"),
        "retention_class": "P36M",
    }
    return _restrict(rng, alert)


def _restrict(rng: random.Random, alert: Members) -> Members:
    """Ask in one alert of eight for observation only."""
    if rng.random() < 0.125:
        alert["handling"] |= {"pap": "RED", "tlp": "RED"}
        alert["recommended_actions"] = [
            {"action": "observe", "text": "Note time, persons and onward vehicle; do not approach."}
        ]
        for indicator in alert["indicators"]:
            indicator.pop("text")
    return alert


def _subject(notice: Members) -> Members:
    consignment = notice["consignments"][0]
    transport = notice["transport"]
    subject: Members = {
        "notices": [
            {"authority": notice["originator"]["authority"], "reference": notice["reference"],
             "consignment": 1}
        ],
        "transport_documents": [consignment["transport_document"]],
        "passive_means": [
            {name: each[name] for name in each if name != "sequence"}
            for each in transport["passive_means"]
        ],
        "active_means": transport["active_means"],
        "ucrs": [consignment["ucr"]],
        "declared_goods": consignment["goods"][:1],
        "parties": [{"role": "CZ", "party": consignment["consignor"]}],
    }  # fmt: skip
    if notice["equipment"]:
        subject["equipment"] = [
            {"identification": box["identification"],
             "seals": [seal["number"] for seal in box["seals"]]}
            for box in notice["equipment"]
        ]  # fmt: skip
    if "tir_carnet" in consignment:
        subject["tir_carnets"] = [consignment["tir_carnet"]]
    if "declaration_mrn" in notice:
        subject["declaration_mrns"] = [notice["declaration_mrn"]]
    return subject


def _route(notice: Members) -> Members:
    consignment = notice["consignments"][0]
    return {
        "countries": notice["transport"]["routing_countries"],
        "place_of_loading": consignment["place_of_loading"],
        "place_of_unloading": consignment["place_of_unloading"],
        "office_of_entry": notice["office_of_entry"],
        "estimated_arrival_at": notice["transport"]["estimated_arrival_at"],
    }


def _actions(rng: random.Random, notice: Members) -> list[Members]:
    second = rng.choice(("dog", "weigh", "check-seals", "partial-examination"))
    return [
        {"action": "scan", "place": "ARR", "office": notice["office_of_entry"],
         "text": "Compare the image with the declared packages, floor and front wall first."},
        {"action": second, "place": "ARR", "office": notice["office_of_entry"]},
    ]  # fmt: skip


def _place(locode: str, name: str) -> Members:
    return {"locode": locode, "name": name, "country": locode[:2]}


def _company(rng: random.Random, country: str) -> Members:
    name, city, street, postcode = rng.choice(_COMPANIES[country])
    organisation = {
        "name": name,
        "identification": f"{rng.randrange(10**8, 10**9)}1",
        "address": {"street": street, "city": city, "postcode": postcode, "country": country},
        "communications": [{"number": _telephone(rng, country), "type": "TE"}],
    }
    return {"type_of_person": "2", "organisation": organisation}


def _telephone(rng: random.Random, country: str) -> str:
    prefix = {
        "AZ": "994",
        "TM": "993",
        "UZ": "998",
        "GE": "995",
        "TR": "90",
        "CN": "86",
        "IR": "98",
    }
    return f"+{prefix[country]} 00 {rng.randrange(100, 999)} {rng.randrange(1000, 9999)}"


def _plate(rng: random.Random, country: str) -> str:
    one, two, three = (rng.choice(_LETTERS) for _ in range(3))
    match country:
        case "AZ":
            return f"{rng.randrange(1, 99):02d}-{one}{two}-{rng.randrange(1, 999):03d}"
        case "TM":
            region = rng.choice(("AG", "AH", "BN", "DZ", "LB", "MR"))
            return f"{one}{two} {rng.randrange(99):02d} {rng.randrange(99):02d} {region}"
        case "UZ":
            return f"{rng.choice(('01', '20', '80'))} {one} {rng.randrange(999):03d} {two}{three}"
        case _:
            return f"{one}{two} {rng.randrange(100, 999)} {two}{three}"


def _container(rng: random.Random) -> str:
    number = f"{rng.choice(('SARU', 'KAVU', 'QATU'))}{rng.randrange(10**5, 10**6)}"
    return f"{number}{_iso6346(number)}"


def _wagon(rng: random.Random) -> str:
    digits = f"{rng.choice('24569')}{rng.randrange(10**5, 10**6)}"
    products = "".join(str(int(digit) * (2, 1)[place % 2]) for place, digit in enumerate(digits))
    return f"{digits}{-sum(map(int, products)) % 10}"


def _mrn(rng: random.Random, country: str) -> str:
    middle = "".join(rng.choice("0123456789ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(12))
    number = f"26{country}{middle}{rng.choice('JKLM')}"
    return f"{number}{_iso6346(number)}"


def _iso6346(number: str) -> int:
    """Give the check digit by the letter values and weights of ISO 6346."""
    values = (_VALUES[sign] if sign in _VALUES else int(sign) for sign in number)
    total = sum(value << place for place, value in enumerate(values))
    return total % 11 % 10


def _kilograms(mass: float) -> str:
    return f"{mass:.2f}"


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def files() -> dict[str, str]:
    """Give the text of each committed file by its name below this folder."""
    written = {}
    for authority in AUTHORITIES:
        for name, documents in (
            ("notices", notices(authority, NOTICES_EACH)),
            ("alerts", alerts(authority, ALERTS_EACH)),
        ):
            lines = (json.dumps(document, ensure_ascii=False) for document in documents)
            written[f"{authority}/{name}.jsonl"] = "".join(f"{line}\n" for line in lines)
    return written


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` compare them; the exit code says whether all is well."""
    folders = [Path(argument) for argument in arguments if argument != "--check"]
    folder = folders[0] if folders else Path(__file__).parent
    stale = []
    for name, text in files().items():
        path = folder / name
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"{name} differs: run config/corridor/generate.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
