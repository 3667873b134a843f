"""Tables of alerts as national systems upload them, and what is said with an upload."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx2

CSV = "text/csv"
OPTIONS = {
    "to": "UZ-CC",
    "unit": "PCU-ALYAT",
    "purpose": "counter-narcotics",
    "legal_basis": "control-units",
    "test": "true",
}
_HEAD = (
    "type,reference,feedback_due_at,handling.tlp,handling.h_code,handling.pap,handling.source_evaluation,"
    "handling.information_evaluation,risks[].area,risks[].level,subject.equipment[].identification,"
    "recommended_actions[].action"
)
_ROW = "alert,{reference},{due},AMBER+STRICT,H2,GREEN,B,2,precursors,{level},CSQU3054383,scan"


def table(*references: str, wrong: tuple[str, ...] = ()) -> bytes:
    """Write a table of alerts; those in `wrong` have a level that no list knows."""
    due = datetime.now(UTC).date() + timedelta(days=5)  # a day: the same table again is the same
    rows = (
        _ROW.format(
            reference=reference,
            due=f"{due}T06:00:00Z",
            level="sky-high" if reference in wrong else "high",
        )
        for reference in references
    )
    return "\r\n".join([_HEAD, *rows]).encode()


def references(count: int, start: int = 0) -> list[str]:
    return [f"AZ-UPL-{number:06}" for number in range(start, start + count)]


async def upload(
    client, raw: bytes, *, key: str | None = None, media: str = CSV, **options: str
) -> httpx2.Response:
    """Upload a file, under a new key unless one is given."""
    return await client.post(
        "/documents/upload",
        content=raw,
        params={**OPTIONS, **options},
        headers={"Content-Type": media, "Idempotency-Key": key or str(uuid.uuid4())},
    )


async def try_out(client, raw: bytes, *, media: str = CSV, **options: str) -> httpx2.Response:
    """Ask what would become of a file."""
    return await client.post(
        "/documents/upload",
        content=raw,
        params={**OPTIONS, "dry_run": "true", **options},
        headers={"Content-Type": media},
    )
