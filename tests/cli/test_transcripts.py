"""Transcripts of the command line, in the manner of cram: what is typed, what is seen.

Indented lines are the terminal: `$ ` begins a command, the rest is what it prints (standard output,
then standard error), `[1]` is an exit code other than 0. Everything else is prose. Placeholders
stand for what differs from run to run; `<hash:name>` also keeps it for `${name}` further down.
"""

import re
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
PLACEHOLDERS = {
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "hash": r"[A-Za-z0-9_-]{43}",
    "hex": r"[0-9a-f]{64}",
    "number": r"\d+",
    "path": r"/\S+",
    "any": r".*",
}


@dataclass
class Step:
    line: int
    command: str
    expected: list[str] = field(default_factory=list)


def read_transcript(path):
    steps = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("  $ "):
            steps.append(Step(number, line[4:]))
        elif line.startswith("  > "):
            steps[-1].command += "\n" + line[4:]
        elif line.startswith("  "):
            steps[-1].expected.append(line[2:])
    return steps


def pattern_of(line):
    parts = re.split(r"<(\w+)(?::(\w+))?>", line)
    pattern = re.escape(parts[0])
    for kind, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        inner = PLACEHOLDERS[kind]
        pattern += f"(?P<{name}>{inner})" if name else f"(?:{inner})"
        pattern += re.escape(text)
    return pattern


def lines_of(code, out, err):
    printed = [line.rstrip() for line in (*out.splitlines(), *err.splitlines())]
    return [*printed, *([f"[{code}]"] if code else [])]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript_of_commands_is_what_they_print(path, request, sarbon):
    is_after = path.stem.startswith("after_an_exchange")
    home = request.getfixturevalue("exchanged_home" if is_after else "home")
    kept = {}

    def run(command):
        for name, value in kept.items():
            command = command.replace(f"${{{name}}}", value)
        if not command.startswith("sarbon"):
            done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
            return lines_of(done.returncode, done.stdout, done.stderr)
        typed, _, file = command.partition(" < ")
        stdin = (home / file).read_bytes() if file else b""
        result = sarbon(*shlex.split(typed)[1:], stdin=stdin)
        return lines_of(result.code, result.out, result.err)

    for step in read_transcript(path):
        seen = run(step.command)
        matches = [
            re.fullmatch(pattern_of(expected), line)
            for expected, line in zip(step.expected, seen, strict=False)
        ]
        assert len(seen) == len(step.expected) and all(matches), (  # noqa: PT018 - one fact: the screen
            f"{path.name}:{step.line}: $ {step.command}\n" + "\n".join(seen)
        )
        for match in matches:
            kept |= match.groupdict()
