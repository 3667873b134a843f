"""Real documents for a conversation, made from the published examples: who, when, what they answer."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[1] / "schemas" / "examples"
COUNTRIES = {"AZ-SCC": "AZ", "UZ-CC": "UZ", "TM-SCS": "TM"}
UNITS = {"AZ-SCC": "PCU-ALYAT", "UZ-CC": "NIAC", "TM-SCS": "PCU-TURKMENBASHI"}
_HOUR_MS = 3_600_000
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
STRICT = {"tlp": "AMBER+STRICT", "h_code": "H2", "pap": "GREEN"}


def instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime(_MOMENT)


def document(
    example: str, author: str, reader: str, *, now: int, reference: str, **members: Any
) -> dict[str, Any]:
    """Take an example, move its times so that it was issued now, and say who says it to whom."""
    value = json.loads((EXAMPLES / f"{example}.json").read_text(encoding="utf-8"))
    issued = datetime.strptime(value["issued_at"], _MOMENT).replace(tzinfo=UTC)
    shift = now - int(issued.timestamp() * 1000)
    value = _moved(value, shift - shift % 1000)
    value["originator"] = {
        "authority": author,
        "unit": UNITS[author],
        "country": COUNTRIES[author],
    }
    value["recipients"] = [reader]
    value["reference"] = reference
    value["handling"].update(purpose="counter-narcotics", legal_basis="control-units", **STRICT)
    value.pop("related", None)
    value.pop("sources", None)
    for file in value.pop("attachments", []):
        assert file
    value.update(members)
    return value


def answering(earlier: dict[str, Any]) -> dict[str, Any]:
    """Name a document as an answer does."""
    return {
        "type": earlier["type"].partition("/")[0],
        "authority": earlier["originator"]["authority"],
        "reference": earlier["reference"],
        "version": earlier["version"],
    }


def written(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def _moved(value: Any, shift: int) -> Any:
    if isinstance(value, dict):
        return {name: _moved(member, shift) for name, member in value.items()}
    if isinstance(value, list):
        return [_moved(member, shift) for member in value]
    if isinstance(value, str):
        try:
            moment = datetime.strptime(value, _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            return value
        return instant(int(moment.timestamp() * 1000) + shift)
    return value
