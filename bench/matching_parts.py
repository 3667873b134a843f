"""Parts of invented documents: headers, parties, numbers that pass their checks, plates.

Responsible for what is written the same way wherever it stands. Must not know the traffic.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench.matching_names import Company, Individual
from node.reference.identifiers import CONTAINER, MRN, WAGON

Members = dict[str, Any]


def header(authority: str, reference: str, issued: datetime, recipients: list[str]) -> Members:
    """Give the members that every document has."""
    return {
        "reference": reference,
        "version": 1,
        "function": "9",
        "issued_at": utc(issued),
        "originator": {"authority": authority, "unit": "PCU-1", "country": authority[:2]},
        "recipients": list(recipients),
        "priority": "routine",
        "valid_until": utc(issued + timedelta(days=30)),
        "handling": {"purpose": "risk-analysis", "legal_basis": "customs-agreement"},
        "test": True,
    }


def organisation(company: Company, name: str | None = None, country: str | None = None) -> Members:
    """Give a company as a party of a document."""
    return {
        "type_of_person": "2",
        "organisation": {
            "name": name or company.name(),
            "identification": company.number,
            "address": {"city": "Testville", "country": country or company.country},
        },
    }


def person(who: Individual, name: str | None = None) -> Members:
    """Give a person as a party of a document."""
    return {
        "type_of_person": "1",
        "person": {
            "name": name or who.name(),
            "identification": who.number,
            "document_type": "PAS",
            "nationality": who.country,
        },
    }


def checked(scheme: Any, number: str) -> str:
    """Put the check digits behind a number."""
    return number + scheme.check(f"{number}0")


def container_number(rng: Random) -> str:
    """Give the number of a container that passes its check."""
    return checked(
        CONTAINER, f"{rng.choice(('CSQ', 'TCL', 'MSK', 'AZC', 'TGH'))}U{rng.randrange(10**6):06d}"
    )


def wagon_number(rng: Random) -> str:
    """Give the number of a wagon that passes its check."""
    return checked(WAGON, f"{rng.choice('2469')}{rng.randrange(10**6):06d}")


def mrn(rng: Random) -> str:
    """Give the number of a declaration that passes its check."""
    body = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(12))
    return checked(MRN, f"26AZ{body}K")


def plate(rng: Random, country: str) -> str:
    """Give a plate as its country writes it."""
    letters = "".join(rng.choice("ABCEHKMOPTX") for _ in range(3))
    digits = f"{rng.randrange(1000):03d}"
    return {
        "AZ": f"{rng.randrange(1, 100):02d}-{letters[:2]}-{digits}",
        "TM": f"{letters[:2]} {rng.randrange(10**4):04d} AG",
        "UZ": f"{rng.randrange(1, 96):02d} {letters[0]} {digits} {letters[1:]}",
        "TR": f"{rng.randrange(1, 82):02d} {letters} {digits}",
    }[country]


def utc(at: datetime) -> str:
    """Write a moment as documents do."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(written: str) -> datetime:
    """Read a moment of a document."""
    return datetime.fromisoformat(written)
