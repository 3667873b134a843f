"""Invented traffic of the corridor: notices as they come, in the numbers and repetitions they come in.

Responsible for cargo that resembles itself: dozens of wagons on one ferry, one company's trucks day
after day, boxes that return after two months, consignments that are split or packed together. All of it
is test traffic, and the same for each seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from bench.matching_names import companies, individuals
from bench.matching_parts import (
    Members,
    checked,
    container_number,
    header,
    moment,
    mrn,
    organisation,
    plate,
    utc,
    wagon_number,
)
from node.reference.identifiers import SHIP

START: Final = datetime(2026, 9, 1, tzinfo=UTC)
_DAYS: Final = 90
_UNDER_TIR, _BY_MRN = 0.4, 0.5
_SHIPS: Final = (("QIZIL ULDUZ TEST", "912345"), ("HAZAR MERJEN TEST", "923456"),
                 ("BALAXANI TEST", "934567"), ("AWAZA TEST", "905678"))  # fmt: skip
_GOODS: Final = (("Fresh table grapes in cartons", "080610"), ("Polypropylene granulate", "390210"),
                 ("Cotton yarn on cones", "520512"), ("Acetic acid in drums", "291521"),
                 ("Machine tools for metal", "845811"), ("Ceramic tiles", "690721"),
                 ("Dried apricots in boxes", "081310"), ("Trousers of cotton", "620342"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voyage:
    """One crossing: ship, voyage number, arrival."""

    imo: str
    name: str
    number: str
    arrival: datetime


class Traffic:
    """A source of notices; each call gives cargo that was not there before."""

    def __init__(self, seed: str) -> None:
        """Invent companies, people and the crossings of a season."""
        self.rng = Random(f"matching {seed}")  # noqa: S311  the same for each seed, on purpose
        self.companies = companies(self.rng, 600)
        self.people = individuals(self.rng, 90)
        self.voyages = [
            self._voyage(day, ship) for day in range(0, _DAYS, 2) for ship in range(len(_SHIPS))
        ]
        self._numbers = iter(range(1, 10**6))

    def notices(self, count: int) -> Iterator[Members]:
        """Give so many notices of every sort."""
        sorts = (self.wagon, self.wagon, self.box, self.truck, self.truck, self.consolidated)
        for _ in range(count):
            yield self.rng.choice(sorts)()

    def wagon(self, voyage: Voyage | None = None) -> Members:
        """Give a wagon with a box on a ferry."""
        return self._rail(voyage or self.rng.choice(self.voyages), boxes=1, consignments=1)

    def box(self) -> Members:
        """Give several boxes of one consignment."""
        return self._rail(self.rng.choice(self.voyages), boxes=self.rng.randint(2, 4), consignments=1)

    def consolidated(self) -> Members:
        """Give one box with several consignments."""
        return self._rail(self.rng.choice(self.voyages), boxes=1, consignments=self.rng.randint(2, 4))

    def truck(self) -> Members:
        """Give a truck and its trailer across the land border."""
        country = self.rng.choice(("AZ", "TM", "UZ", "TR"))
        arrival = START + timedelta(hours=self.rng.randrange(24 * _DAYS))
        transport = {
            "mode": "3",
            "active_means": {
                "identification": plate(self.rng, country),
                "identification_type": "30",
                "nationality": country,
            },
            "passive_means": [
                {"sequence": 1, "identification": plate(self.rng, country),
                 "identification_type": "31", "nationality": country}
            ],
            "estimated_arrival_at": utc(arrival),
            "routing_countries": ["TM", "UZ"],
        }  # fmt: skip
        one = self._consignment(1, ("TMFAR", "UZBHK"), ("N730", "CMR-"), boxed=False)
        if self.rng.random() < _UNDER_TIR:
            number = f"XB{self.rng.randrange(25 * 10**6, 99 * 10**6)}"
            one |= {"transport_document": {"number": number, "type": "N952"}, "tir_carnet": number}
        return self._notice("TM-SCS", ["UZ-CC", "AZ-SCC"], "UZ001604", arrival, transport, [], [one])

    def later(self, notice: Members, days: int) -> Members:
        """Give another notice of the same boxes, wagons and plates on a later journey, other cargo."""
        arrival = moment(notice["transport"]["estimated_arrival_at"]) + timedelta(days=days)
        means = notice["transport"]["active_means"]
        if "conveyance_reference" in means:
            means = means | {"conveyance_reference": f"QU-{self.rng.randrange(1000, 9999)}"}
        again = notice["transport"] | {"estimated_arrival_at": utc(arrival), "active_means": means}
        others = [
            self._consignment(
                place + 1, ("AZALA", "TMKRW"), ("N722", "SMGS-"), boxed=bool(notice["equipment"])
            )
            for place in range(len(notice["consignments"]))
        ]
        boxes = [
            {name: value for name, value in box.items() if name != "seals"}
            for box in notice["equipment"]
        ]
        recipients, office = notice["recipients"], notice["office_of_entry"]
        authority = notice["originator"]["authority"]
        return self._notice(authority, recipients, office, arrival, again, boxes, others)

    def neighbour(self, notice: Members) -> Members:
        """Give another cargo of the same company on the same journey: other numbers throughout."""
        if notice["transport"]["mode"] == "1":
            made = self.wagon()
            made["transport"]["active_means"] = notice["transport"]["active_means"]
        else:
            made = self.truck()
        made["transport"]["estimated_arrival_at"] = notice["transport"]["estimated_arrival_at"]
        made["issued_at"], made["valid_until"] = notice["issued_at"], notice["valid_until"]
        for role in ("consignor", "consignee"):
            made["consignments"][0][role] = notice["consignments"][0][role]
        made["consignments"][0]["goods"] = notice["consignments"][0]["goods"]
        return made

    def _voyage(self, day: int, ship: int) -> Voyage:
        name, digits = _SHIPS[ship]
        arrival = START + timedelta(days=day, hours=6 * ship)
        return Voyage(checked(SHIP, digits), name, f"{name[:2]}-{day + 100 + ship * 200}", arrival)

    def _rail(self, voyage: Voyage, *, boxes: int, consignments: int) -> Members:
        wagons = [
            {
                "sequence": place + 1,
                "identification": wagon_number(self.rng),
                "identification_type": "20",
            }
            for place in range(boxes)
        ]
        transport = {
            "mode": "1",
            "combined_mode": "12",
            "active_means": {
                "identification": voyage.imo,
                "identification_type": "10",
                "name": voyage.name,
                "conveyance_reference": voyage.number,
            },
            "passive_means": wagons,
            "estimated_arrival_at": utc(voyage.arrival),
            "routing_countries": ["AZ", "TM"],
        }
        listed = [
            self._consignment(place + 1, ("AZALA", "TMKRW"), ("N722", "SMGS-"), boxed=True)
            for place in range(consignments)
        ]
        equipment = [
            {
                "sequence": place + 1,
                "identification": container_number(self.rng),
                "packed_status": "5",
                "passive_means": place + 1,
                "seals": [{"number": f"AZ{self.rng.randrange(10**6, 10**7)}", "party": "CU"}],
                "goods": [{"consignment": each["sequence"], "item": 1} for each in listed],
            }
            for place in range(boxes)
        ]
        return self._notice(
            "AZ-SCC", ["TM-SCS", "UZ-CC"], "TM001004", voyage.arrival, transport, equipment, listed
        )

    def _consignment(
        self, sequence: int, places: tuple[str, str], document: tuple[str, str], *, boxed: bool
    ) -> Members:
        kind, prefix = document
        description, code = self.rng.choice(_GOODS)
        consignor, consignee = self.rng.sample(self.companies, 2)
        loading, unloading = places
        return {
            "sequence": sequence,
            "transport_document": {
                "number": f"{prefix}{self.rng.randrange(10**7, 10**8)}",
                "type": kind,
            },
            "ucr": f"6AZ{self.rng.randrange(10**9, 10**10)}-{self.rng.randrange(1, 9999):04d}",
            "container_indicator": "1" if boxed else "0",
            "passive_means": [1],
            "place_of_loading": {"locode": loading, "country": loading[:2]},
            "place_of_unloading": {"locode": unloading, "country": unloading[:2]},
            "country_of_exportation": consignor.country,
            "country_of_destination": unloading[:2],
            "consignor": organisation(consignor),
            "consignee": organisation(consignee),
            "goods": [
                {"sequence": 1, "description": description, "hs_code": code, "gross_mass": "1200",
                 "packages": 60, "package_type": "CT"}
            ],
        }  # fmt: skip

    def _notice(
        self,
        authority: str,
        recipients: list[str],
        office: str,
        arrival: datetime,
        transport: Members,
        equipment: list[Members],
        consignments: list[Members],
    ) -> Members:
        number = next(self._numbers)
        issued = arrival - timedelta(hours=self.rng.randint(12, 40))
        declared = (
            {"declaration_mrn": mrn(self.rng)}
            if self.rng.random() < _BY_MRN
            else {
                "previous_documents": [
                    {"number": f"{self.rng.randrange(10**4, 10**5)}/{self.rng.randrange(10, 28)}1126/"
                               f"{self.rng.randrange(10**6):06d}", "type": "N830"}
                ]
            }
        )  # fmt: skip
        return {
            "type": "pre-arrival-notice/1",
            **header(authority, f"{authority[:2]}-PAN-{number:06d}", issued, recipients),
            **declared,
            "office_of_entry": office,
            "total_gross_mass": f"{1200 * len(consignments)}",
            "transport": transport,
            "equipment": equipment,
            "carrier": organisation(self.rng.choice(self.companies)),
            "consignments": consignments,
        }
