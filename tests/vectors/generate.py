"""Write the vectors, or with --check compare them byte for byte with what would be written."""

import json
import sys
from pathlib import Path
from typing import Any

import bundles
import chunks
import entries
import envelopes
import logs
from sources import HERE, MEMORY, key_sets


def build() -> dict[Path, str]:
    """Make every file; the memory of random values comes last, when all of them were asked for."""
    values: dict[str, Any] = {
        "keys": key_sets(),
        "envelopes": envelopes.good_rows(),
        "bad-envelopes": envelopes.bad_rows(),
        "entries": {"good": entries.good_rows(), "bad": entries.bad_rows()},
        "bundles": {
            "good": bundles.good_rows(),
            "bad": bundles.bad_sealed(),
            "bad_plaintexts": bundles.bad_plaintexts(),
        },
        "chunks": {
            "good": chunks.good_rows(),
            "bad": chunks.bad_rows(),
            "bad_plaintexts": chunks.bad_plaintexts(),
        },
        "log": logs.log_vector(),
        "fork": logs.fork_vector(),
        "evidence": logs.evidence_vector(),
    }
    values["random"] = dict(sorted(MEMORY.used.items()))
    return {HERE / f"{name}.json": _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    files = build()
    if "--check" in sys.argv[1:]:
        stale = [
            path.name
            for path, text in files.items()
            if not path.exists() or path.read_text("utf-8") != text
        ]
        sys.stdout.write("".join(f"{name} is not what the generator writes\n" for name in stale))
        return 1 if stale else 0
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
