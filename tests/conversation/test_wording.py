import json
from pathlib import Path

import pytest

from node.conversation.course import COUNTED, Outcome, follow
from node.conversation.deadlines import due_in
from node.conversation.facts import Ref, Version, facts_of
from node.conversation.wording import OWED, UNCOUNTED, duration, tell, title_of, to_minute, to_second
from node.message.document import read_document
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, UZ, lead, said

EXAMPLES = sorted((Path(__file__).parents[2] / "schemas" / "examples").glob("*.json"))
RECALL = Ref("recall", UZ, "UZ-RCL-1")
TOLD = {
    "notice UZ-PAN-1: expected at AZ004701 2026-11-25T00:00Z": lead(
        Ref("pre-arrival-notice", UZ, "UZ-PAN-1"), coded={"office": "AZ004701"}
    ),
    "alert UZ-ALR-1: urgent, drugs high, ipr low": lead(
        coded={"priority": "urgent", "areas": ["drugs", "ipr"], "levels": ["high", "low"]}
    ),
    "alert UZ-ALR-1 version 2: routine, drugs high": lead(
        version=2, coded={"priority": "routine", "areas": ["drugs"], "levels": ["high"]}
    ),
    "alert UZ-ALR-1 version 3: cancelled by its author": lead(version=3, function="1"),
    "hit AZ-HIT-1": said("hit", AZ, "AZ-HIT-1"),
    "acceptance A: accepted": said("acceptance", AZ, "A"),
    "acceptance A: accepted, control planned 2026-11-24T13:00Z": said(
        "acceptance", AZ, "A", coded={"scheduled": NOON + HOUR}
    ),
    "acceptance A: declined, already-left": said(
        "acceptance", AZ, "A", coded={"decision": "declined", "reason": "already-left"}
    ),
    "arrival A: at AZ004701 2026-11-25T00:00Z": said("arrival", AZ, "A", coded={"office": "AZ004701"}),
    "control result C: B1 not satisfactory, set off by alert, random": said(
        "control-result", AZ, "C", coded={"triggers": ["alert", "random"]}
    ),
    "control result C: not controlled, no-capacity": said(
        "control-result", AZ, "C", coded={"decision": "not-controlled", "reason": "no-capacity"}
    ),
    "seizure S: opiates 11.4 KGM, other 3 C62": said(
        "seizure", AZ, "S", coded={"goods": [["opiates", "11.4", "KGM"], ["other", "3", "C62"]]}
    ),
    "import result I: declared as announced": said("import-result", AZ, "I"),
    "request R: urgent-direct": said("information-request", UZ, "R"),
    "information reply R: complete": said("information-reply", AZ, "R"),
    "information reply R: in part": said("information-reply", AZ, "R", coded={"complete": False}),
    "refusal R: whole, not-held": said("refusal", AZ, "R", coded={"reason": "not-held"}),
    "extension E: until 2026-11-29T12:00Z": said("extension", AZ, "E"),
    "consent C: pass-on": said("consent", AZ, "C", coded={"kinds": ["pass-on"]}),
    "consent C: nothing granted": said("consent", AZ, "C", coded={"kinds": []}),
    "amendment M: version 2 of alert UZ-ALR-1": said("amendment", UZ, "M", carries=Version(ALERT, 2)),
    "amendment M": said("amendment", UZ, "M"),
    "recall UZ-RCL-1: alert UZ-ALR-1, legal": said(
        "recall", UZ, "UZ-RCL-1", target=ALERT, coded={"reason": "legal"}
    ),
    "recall UZ-RCL-1: legal": said("recall", UZ, "UZ-RCL-1", coded={"reason": "legal"}),
    "recall answer A: used, in-file": said(
        "recall-answer", AZ, "A", target=RECALL, coded={"uses": ["used", "in-file"]}
    ),
    "incident X": said("incident", AZ, "X"),
}


@pytest.mark.parametrize(("words", "spoken"), TOLD.items(), ids=TOLD)
def test_tell_says_what_was_coded(words, spoken):
    assert tell(spoken) == words


def texts(value):
    """Give the free text, names and numbers of cargo of a document."""
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and name in {
                "name",
                "identification",
                "text",
                "summary",
                "facts",
            }:
                yield member
            else:
                yield from texts(member)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_tell_of_a_real_document_names_it_and_nothing_of_its_content(path):
    raw = path.read_bytes()
    spoken = facts_of(read_document(raw).document, message_id="m", digest="d", at=NOON)
    words = tell(spoken)
    assert spoken.what.ref.reference in words
    assert not [text for text in texts(json.loads(raw)) if text in words]


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (HOUR, "1 h 0 min"),
        (HOUR + 90_000, "1 h 1 min"),
        (DAY - 1, "23 h 59 min"),
        (DAY, "1 d 0 h"),
        (9 * DAY + 5 * HOUR, "9 d 5 h"),
        (-2 * HOUR, "2 h 0 min"),
    ],
)
def test_duration_is_told_in_its_two_largest_units(ms, words):
    assert duration(ms) == words


def test_times_are_utc():
    assert to_minute(NOON + 59_000) == "2026-11-24T12:00Z"
    assert to_second(NOON + 59_000) == "2026-11-24T12:00:59Z"


@pytest.mark.parametrize(
    ("name", "title"), [("pre-arrival-notice", "notice"), ("control-result", "control result")]
)
def test_title_is_what_officers_say(name, title):
    assert title_of(name) == title


def test_every_outcome_that_does_not_count_is_explained():
    assert UNCOUNTED.keys() == (set(Outcome) - COUNTED) | {Outcome.LATE}


def test_every_deadline_has_a_word():
    request = Ref("information-request", UZ, "R")
    names = set()
    for ref in (ALERT, request):
        recall = said("recall", UZ, target=ref, at=NOON + 1, delivered_at=NOON + 1)
        course = follow([lead(ref, delivered_at=NOON), recall], ref, now=NOON)
        names |= {each.name for each in due_in(course, Deadlines(), recipient=AZ)}
    assert names == OWED.keys()


@pytest.mark.parametrize(
    ("ms", "written"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (2**53 - 1, "9999-12-31T23:59:59Z"),
        (-(2**53), "0001-01-01T00:00:00Z"),
    ],
)
def test_time_beyond_the_calendar_is_written_as_its_end(ms, written):
    assert to_second(ms).zfill(20) == written
    assert to_minute(ms)[-7:] == f"T{written[11:16]}Z"
