import json
from datetime import UTC, datetime

import pytest

from node.conversation.facts import milliseconds
from node.conversation.inheritance import objection
from node.matching.compare import compare
from node.matching.hit import Confirmation, hit_members
from node.message.document import read_document
from tests.matching.making import (
    BOX,
    UCR,
    alert,
    box,
    company,
    consignment,
    notice,
    now,
    party,
)

CONFIRMED = datetime(2026, 11, 24, 8, tzinfo=UTC)
FOUND = datetime(2026, 11, 24, 7, tzinfo=UTC)
BY_TM = Confirmation("TM-SCS", "PCU-TURKMENBASHI", "TM-HIT-1", CONFIRMED, FOUND, "TM-M-1")
STRICT = {
    "tlp": "RED",
    "h_code": "H3",
    "pap": "AMBER",
    "restrictions": "Not to be shown to the carrier.",
    "purpose": "counter-narcotics",
    "legal_basis": "control-units",
}


class Held:
    """Documents that both sides hold."""

    def __init__(self, *documents):
        self._documents = {
            (each.type.partition("/")[0], each.originator.authority, each.reference): each
            for each in documents
        }

    def held(self, ref, version):
        document = self._documents.get(tuple(ref))
        return document if document is not None and document.version <= version else None

    def is_recalled(self, ref):
        return ref is None


def hit_of(wanted, seen, confirmation=BY_TM):
    found = compare(wanted, seen, at=now(wanted))
    members = hit_members(found, wanted, seen, confirmation)
    document = read_document(json.dumps(members).encode()).document
    at = milliseconds(document.issued_at)
    assert objection(document, Held(wanted, seen), at=at) is None
    return members


def handled(handling):
    return alert(handling=alert().handling.model_dump(exclude_none=True) | handling)


def boxed(**more):
    inside = [{"consignment": 1, "item": 1}]
    return notice(equipment=[box(goods=inside)], **more)


def test_hit_answers_the_alert_and_names_the_notice_its_author_has():
    hit = hit_of(alert(), boxed())
    assert hit["answers"] == {
        "type": "alert",
        "authority": "UZ-CC",
        "reference": "UZ-ALR-1",
        "version": 1,
    }
    assert hit["recipients"] == ["UZ-CC"]
    assert hit["office"] == "TM001004"
    assert hit["found_at"] == "2026-11-24T07:00:00Z"
    assert hit["matches"] == [
        {
            "key": "container",
            "exactness": "exact",
            "found_in": "notice",
            "notice": {"authority": "AZ-SCC", "reference": "AZ-PAN-1", "consignment": 1},
            "reference": "TM-M-1",
        }
    ]


def test_hit_does_not_name_a_notice_its_author_does_not_have():
    hit = hit_of(alert(), boxed(recipients=["TM-SCS"]))
    assert "notice" not in hit["matches"][0]
    assert "office" not in hit
    assert "sources" not in hit
    assert "AZ-PAN-1" not in json.dumps(hit)


def test_hit_names_the_notice_that_the_author_of_the_alert_sent_itself():
    wanted = alert(
        originator={"authority": "AZ-SCC", "unit": "PCU-ALYAT", "country": "AZ"},
        recipients=["TM-SCS"],
    )
    assert "notice" in hit_of(wanted, boxed(recipients=["TM-SCS"]))["matches"][0]


def test_hit_in_our_own_notice_has_no_source():
    confirmation = Confirmation("AZ-SCC", "PCU-ALYAT", "AZ-HIT-1", CONFIRMED, FOUND)
    hit = hit_of(alert(), boxed(), confirmation)
    assert "sources" not in hit
    assert "reference" not in hit["matches"][0]


def test_hit_quotes_no_identifier_and_no_name():
    who = company(identification="1700456781")
    wanted = alert({"equipment": [{"identification": BOX}], "ucrs": [UCR]} | party(who))
    seen = boxed(consignments=[consignment(ucr=UCR, consignor=who)])
    hit = hit_of(wanted, seen)
    written = json.dumps(hit)
    assert {each["key"] for each in hit["matches"]} == {"container", "ucr", "party"}
    assert not any(text in written for text in (BOX, UCR, "1700456781", "Abseron"))


def test_hit_names_each_thing_once_and_the_notice_only_where_nothing_else_agrees():
    named = {"authority": "AZ-SCC", "reference": "AZ-PAN-1"}
    alone = hit_of(alert({"notices": [named]}), boxed())
    assert [each["key"] for each in alone["matches"]] == ["other"]
    assert "consignment" not in alone["matches"][0]["notice"]
    both = hit_of(alert({"notices": [named], "equipment": [{"identification": BOX}]}), boxed())
    assert [each["key"] for each in both["matches"]] == ["container"]


@pytest.mark.parametrize("is_known", [True, False])
def test_handling_is_at_least_as_strict_as_that_of_both(is_known):
    recipients = ["TM-SCS", "UZ-CC"] if is_known else ["TM-SCS"]
    seen = boxed(recipients=recipients, handling=STRICT)
    hit = hit_of(handled({"tlp": "AMBER", "h_code": "H1"}), seen)
    assert (hit["handling"]["tlp"], hit["handling"]["h_code"]) == ("RED", "H3")
    assert hit["handling"]["pap"] == "AMBER"
    assert hit["handling"]["purpose"] == "risk-analysis"
    said = hit["handling"]["restrictions"]
    assert ("shown to the carrier" in said) is is_known


def test_restrictions_of_the_alert_are_kept():
    wanted = handled(STRICT | {"pap": "GREEN"})
    hit = hit_of(wanted, boxed())
    assert hit["handling"]["restrictions"] == STRICT["restrictions"]
    assert hit["handling"]["purpose"] == "counter-narcotics"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (300, f"{'A' * 300} The restrictions of the notice in which it was found apply as well."),
        (500, "The restrictions of the alert and of the notice in which it was found apply."),
    ],
)
def test_restrictions_that_do_not_fit_together_are_said_to_apply(length, words):
    wanted = handled(STRICT | {"pap": "GREEN", "restrictions": "A" * length})
    hit = hit_of(wanted, boxed(handling=STRICT | {"restrictions": "B" * 300}))
    assert hit["handling"]["restrictions"] == words


def test_legal_basis_in_words_goes_along():
    wanted = alert(
        handling=alert().handling.model_dump(exclude_none=True) | {"legal_basis_reference": "Art. 6"}
    )
    assert hit_of(wanted, boxed())["handling"]["legal_basis_reference"] == "Art. 6"


def test_times_are_in_order_even_where_the_clock_was_set_back():
    late = Confirmation("TM-SCS", "PCU-1", "TM-HIT-1", FOUND, CONFIRMED)
    assert hit_of(alert(), boxed(), late)["found_at"] == "2026-11-24T07:00:00Z"


def test_nobody_tells_a_hit_to_themselves():
    own = Confirmation("UZ-CC", "NIAC", "UZ-HIT-1", CONFIRMED, FOUND)
    with pytest.raises(ValueError, match="our own"):
        hit_of(alert(), boxed(), own)
