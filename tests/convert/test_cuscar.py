import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.cuscar import read_cuscar
from node.message.document import read_document
from tests.convert.messages import (
    CARGO,
    CONTEXT,
    FERRY,
    HEAD,
    MALFORMED,
    SAMPLES,
    codes,
    concerns,
    edi,
    notice_of,
)

LATER = SAMPLES / "cuscar-d18a-ferry.edi"


def with_tdt(line, **more):
    return notice_of(head=(*HEAD[:2], line, *HEAD[3:]), **more)


def outcome(raw):
    """Give everything a person would notice about a conversion."""
    found = read_cuscar(raw, CONTEXT)
    return [(one.value, one.remarks, one.failures) for one in found.drafts], found.failures


@pytest.mark.parametrize("path", [FERRY, LATER], ids=lambda path: path.stem)
def test_read_cuscar_sample_gives_documents_that_keep_every_rule(path):
    conversion = read_cuscar(path.read_bytes(), CONTEXT)
    assert conversion.failures == ()
    assert [one.failures for one in conversion.drafts] == [()] * len(conversion.drafts)
    for draft in conversion.drafts:
        assert read_document(draft.raw).doubts == ()


def test_read_cuscar_d95b_manifest_has_the_facts_of_the_ferry():
    (draft,) = read_cuscar(FERRY.read_bytes(), CONTEXT).drafts
    notice = draft.value
    assert notice["reference"] == "CNV-QU412-2026-11-24"
    assert notice["office_of_entry"] == "TM001004"
    assert (notice["total_gross_mass"], notice["total_packages"]) == ("33105.5", 1200)
    assert notice["transport"]["active_means"]["name"] == "QIZIL ULDUZ TEST"
    assert [one["identification"] for one in notice["transport"]["passive_means"]] == [
        "24512345",
        "10-AB-123",
    ]
    assert [one["identification"] for one in notice["equipment"]] == ["CSQU3054383", "MSKU3000000"]
    assert [one["transport_document"]["type"] for one in notice["consignments"]] == ["N722", "N730"]


def test_read_cuscar_d18a_interchange_gives_a_notice_for_each_message():
    drafts = read_cuscar(LATER.read_bytes(), CONTEXT).drafts
    assert [one.value["reference"] for one in drafts] == ["CNV-QU413-A", "CNV-QU413-B"]
    assert drafts[0].value["transport"]["actual_departure_at"] == "2026-11-24T08:00:00Z"
    assert drafts[1].value.get("consignments") is None
    assert drafts[1].value["equipment"][0]["packed_status"] == "4"


def test_read_cuscar_one_bad_manifest_leaves_the_other():
    raw = LATER.read_bytes().replace(b"CST++220110", b"CST++WATER")
    bad, good = read_cuscar(raw, CONTEXT).drafts
    assert codes(bad) == ["convert.commodity_code"]
    assert good.failures == ()


@pytest.mark.parametrize(
    ("name", "code", "source"),
    [
        ("after-unz", "convert.edifact_envelope", "segment 59 BGM"),
        ("bad-container", "rule.identifier_structure", "segment 16 EQD"),
        ("charset-unknown", "convert.charset", "segment 1 UNB"),
        ("container-not-listed", "convert.box_unknown", "segment 40 SGP"),
        ("function-change", "convert.function_unknown", "segment 3 BGM"),
        ("hs-code-words", "convert.commodity_code", "segment 55 CST"),
        ("impossible-date", "convert.time", "segment 14 DTM"),
        ("mode-unknown", "convert.mode_unknown", "segment 9 TDT"),
        ("not-a-segment", "convert.edifact_syntax", "segment 44"),
        ("not-utf8", "convert.charset", "file"),
        ("other-message", "convert.message_unknown", "segment 2 UNH"),
        ("outside-message", "convert.edifact_envelope", "segment 58 BGM"),
        ("place-by-name", "convert.place_unknown", "segment 28 LOC"),
        ("segment-without-end", "convert.edifact_syntax", "segment 44"),
        ("ship-unnamed", "convert.means_unidentified", "segment 9 TDT"),
        ("time-form-unknown", "convert.time", "segment 14 DTM"),
        ("truncated", "convert.edifact_truncated", "segment 37"),
        ("two-ships", "convert.transport_repeated", "segment 15 TDT"),
        ("una-repeated-mark", "convert.edifact_syntax", "UNA"),
        ("unt-of-another-message", "convert.edifact_envelope", "segment 57 UNT"),
        ("weight-not-a-number", "convert.number", "segment 53 MEA"),
        ("weight-unit-unknown", "convert.unit_unknown", "segment 53 MEA"),
        ("without-bgm", "convert.segment_missing", "segment 2 UNH"),
        ("without-hs-code", "member.missing", "segment 36 GID"),
        ("without-office", "member.missing", "segment 2 UNH"),
        ("without-tdt", "convert.segment_missing", "segment 2 UNH"),
        ("without-unt", "convert.edifact_envelope", "segment 57 UNZ"),
        ("without-unz", "convert.edifact_truncated", "file"),
        ("wrong-unt-count", "convert.edifact_count", "segment 57 UNT"),
        ("wrong-unz-count", "convert.edifact_count", "segment 58 UNZ"),
    ],
)
def test_read_cuscar_malformed_sample_is_named_with_its_place(name, code, source):
    conversion = read_cuscar((MALFORMED / f"cuscar-{name}.edi").read_bytes(), CONTEXT)
    failures = [*conversion.failures, *(one for draft in conversion.drafts for one in draft.failures)]
    assert (failures[0].code, failures[0].source) == (code, source)
    assert failures[0].text


def test_malformed_samples_are_all_tested():
    mark = test_read_cuscar_malformed_sample_is_named_with_its_place.pytestmark[0]
    assert {f"cuscar-{row[0]}" for row in mark.args[1]} == {
        path.stem for path in MALFORMED.glob("*.edi")
    }


def values(text):
    """Give every value of the messages: segment number, element, span; service segments left out."""
    begin = text.index("UNB")
    for number, segment in enumerate(re.finditer(r"\s*(?:\?.|[^?'])+'", text[begin:]), start=1):
        tag = segment[0].strip()[:3]
        places = re.finditer(r"([+:])((?:\?.|[^+:'?])*)", segment[0])
        element, component = 0, 0
        for place in places:
            element, component = (element + 1, 1) if place[1] == "+" else (element, component + 1)
            start = begin + segment.start() + place.start(2)
            if place[2] and tag not in {"UNB", "UNH", "UNT", "UNZ"}:
                yield number, (element, component), (start, start + len(place[2]))


def is_named(remarks, number, element, component):
    """Say whether one component is in a remark that it has no member."""
    for remark in remarks:
        if remark.concern == "dropped" and remark.source.startswith(f"segment {number} "):
            named = re.findall(r"[\d.]+", remark.text)
            whole = "all of it" in remark.text or "after" in remark.text or "departure" in remark.text
            return whole or bool({str(element), f"{element}.{component}"} & set(named))
    return False


@pytest.mark.parametrize("path", [FERRY, LATER], ids=lambda path: path.stem)
def test_read_cuscar_every_value_is_used_or_named_as_dropped(path):
    text = path.read_text(encoding="utf-8")
    before = outcome(text.encode())
    remarks = [one for draft in read_cuscar(text.encode(), CONTEXT).drafts for one in draft.remarks]
    silent = []
    for number, (element, component), (start, end) in values(text):
        others = (text[:start] + other + text[end:] for other in ("7", "QQ"))
        is_silent = all(outcome(other.encode()) == before for other in others)
        if is_silent and not is_named(remarks, number, element, component):
            silent.append((number, element, component, text[start:end]))
    assert silent == []


_SEGMENTS = FERRY.read_text(encoding="utf-8").split("\n")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(2, len(_SEGMENTS) - 4),
            st.sampled_from(["drop", "twice", "cut", "noise"]),
            st.text(st.sampled_from("AZ09+:?'.-\u0410\u00fc "), max_size=6),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_read_cuscar_mutated_manifest_raises_nothing(changes):
    lines = list(_SEGMENTS)
    for place, how, noise in changes:
        line = lines[place]
        lines[place] = {
            "drop": "",
            "twice": line + line,
            "cut": line[: len(line) // 2] + "'",
            "noise": line[:5] + noise + line[5:],
        }[how]
    for raw in ("\n".join(lines), re.sub(r"UNT\+\d+", f"UNT+{_count(lines)}", "\n".join(lines))):
        for draft in read_cuscar(raw.encode(), CONTEXT).drafts:
            assert all(one.source and one.code for one in draft.failures)


def _count(lines):
    text = "".join(lines)
    if "UNH" not in text or "UNT" not in text:
        return 0
    return len(re.findall(r"(?<!\?)'", text[text.index("UNH") : text.index("UNT")])) + 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_read_cuscar_random_bytes_raise_nothing(raw):
    assert read_cuscar(b"UNB+UNOC:3" + raw, CONTEXT).failures
    assert read_cuscar(raw, CONTEXT).failures


@pytest.mark.parametrize("told", [True, False])
def test_read_cuscar_test_interchange_gives_test_documents(told):
    raw = edi((*HEAD, *CARGO), header="UNB+UNOC:3+A+B+261124:0600+1++++++1")
    (draft,) = read_cuscar(raw, replace(CONTEXT, is_test=told)).drafts
    assert draft.value["test"] is True
    assert ("segment 2 UNH", "/test") in concerns(draft, "defaulted")


def test_read_cuscar_same_manifest_twice_fails_the_second():
    first, second = read_cuscar(edi((*HEAD, *CARGO), (*HEAD, *CARGO)), CONTEXT).drafts
    assert (codes(first), codes(second)) == ([], ["convert.reference_repeated"])


@pytest.mark.parametrize("function", ["5", "1"])
def test_read_cuscar_replacement_needs_a_version_and_says_so(function):
    draft = notice_of(head=(f"BGM+785+M-1+{function}", *HEAD[1:]))
    assert (draft.value["function"], draft.value["version"]) == (function, 2)
    assert "/version" in [pointer for _, pointer in concerns(draft, "defaulted")]
    assert not draft.failures


def test_read_cuscar_kind_of_document_unknown_is_dropped():
    draft = notice_of(head=("BGM+999+M-1", *HEAD[1:]))
    assert ("segment 3 BGM", "") in concerns(draft, "dropped")
    assert draft.value["function"] == "9"


def test_read_cuscar_second_party_of_a_role_is_dropped():
    draft = notice_of(head=(*HEAD, "NAD+CA+OTHER", "NAD+ZZ+X"))
    dropped = [source for source, _ in concerns(draft, "dropped")]
    assert {"segment 8 NAD", "segment 9 NAD"} <= set(dropped)


def test_read_cuscar_totals_are_read_once_and_other_counts_dropped():
    draft = notice_of(head=(*HEAD, "CNT+7:2:TNE", "CNT+15:3000:KGM", "CNT+11:10", "CNT+99:1"))
    assert (draft.value["total_gross_mass"], draft.value["total_packages"]) == ("2000", 10)
    dropped = [source for source, _ in concerns(draft, "dropped")]
    assert {"segment 9 CNT", "segment 11 CNT"} <= set(dropped)


def test_read_cuscar_total_without_unit_is_in_kilograms():
    assert notice_of(head=(*HEAD, "CNT+7:2000")).value["total_gross_mass"] == "2000"


@pytest.mark.parametrize(("stated", "doubted"), [("1", False), ("2", True), ("", False)])
def test_read_cuscar_number_of_consignments_is_compared(stated, doubted):
    draft = notice_of(head=(*HEAD, f"CNT+10:{stated}"))
    assert (("segment 8 CNT", "/consignments") in concerns(draft, "doubtful")) == doubted


def test_read_cuscar_ship_known_by_name_only():
    draft = with_tdt("TDT+20+QU-412+1+++++4JXX:103::QIZIL ULDUZ:AZ")
    assert draft.value["transport"]["active_means"] == {
        "conveyance_reference": "QU-412",
        "identification": "QIZIL ULDUZ",
        "identification_type": "11",
        "nationality": "AZ",
    }
    assert ("segment 5 TDT", "") in concerns(draft, "dropped")


@pytest.mark.parametrize(
    ("line", "identification", "kind"),
    [
        ("TDT+20++3+++++10-AB-123::::AZ", "10-AB-123", "30"),
        ("TDT+20++2+++++:::1039", "1039", "21"),
        ("TDT+20+1039+2", "1039", "21"),
    ],
)
def test_read_cuscar_vehicle_by_number_name_or_journey(line, identification, kind):
    active = with_tdt(line).value["transport"]["active_means"]
    assert (active["identification"], active["identification_type"]) == (identification, kind)


@pytest.mark.parametrize("line", ["TDT+20++3", "TDT+20++5+++++X"])
def test_read_cuscar_vehicle_nobody_can_identify_fails_the_draft(line):
    assert codes(with_tdt(line)) == ["convert.means_unidentified"]


def test_read_cuscar_transport_without_mode_fails_the_draft():
    assert codes(with_tdt("TDT+20+QU-412")) == ["convert.mode_unknown"]


def test_read_cuscar_mode_of_two_digits_gives_the_combined_mode():
    draft = with_tdt(
        "TDT+20+QU-412+16+++++9123453:::Q:AZ", cargo=(*CARGO[:6], "TDT+20++3+++++10-AB-123", *CARGO[6:])
    )
    assert (draft.value["transport"]["mode"], draft.value["transport"]["combined_mode"]) == ("1", "16")


def test_read_cuscar_carrier_of_the_transport_is_taken_where_no_party_is_named():
    head = (HEAD[0], "TDT+20+QU-412+1++XEZ:172:20:Xezer+++9123453:::Q:AZ", *HEAD[3:])
    assert notice_of(head=head).value["carrier"]["organisation"] == {
        "name": "Xezer",
        "identification": "XEZ",
    }
    head = (HEAD[0], "TDT+20+QU-412+1++XEZ+++9123453:::Q:AZ", *HEAD[3:])
    draft = notice_of(head=head)
    assert draft.value["carrier"]["organisation"]["name"] == "XEZ"
    head = (HEAD[0], "TDT+20+QU-412+1++:::Xezer+++9123453:::Q:AZ", *HEAD[3:])
    assert notice_of(head=head).value["carrier"]["organisation"] == {"name": "Xezer"}


def test_read_cuscar_means_before_and_after_the_crossing():
    other = ("TDT+10++3+++++10-AB-123", "TDT+30++2+++++24512345", "TDT+30++2+++++24512346", "TDT+10++5")
    draft = notice_of(head=(*HEAD, *other))
    assert draft.value["transport"]["departure_means"] == {
        "mode": "3",
        "identification": "10-AB-123",
        "identification_type": "30",
    }
    assert draft.value["transport"]["arrival_means"]["identification"] == "24512345"
    assert ("segment 10 TDT", "") in concerns(draft, "dropped")


def test_read_cuscar_means_before_the_crossing_of_unknown_kind_is_dropped():
    draft = notice_of(head=(*HEAD, "TDT+10++5+++++X", "TDT+12++3+++++10-AB-123"))
    assert "departure_means" not in draft.value["transport"]
    assert not draft.failures


@pytest.mark.parametrize("lines", [("133", "136"), ("136", "133")])
def test_read_cuscar_actual_departure_takes_the_place_of_the_estimated(lines):
    times = {"133": "DTM+133:202611240900UTC:303", "136": "DTM+136:202611240930UTC:303"}
    draft = notice_of(head=(*HEAD, *(times[one] for one in lines)))
    assert draft.value["transport"]["actual_departure_at"] == "2026-11-24T09:30:00Z"
    assert "estimated_departure_at" not in draft.value["transport"]
    dropped = [source for source, _ in concerns(draft, "dropped")]
    assert {"segment 8 DTM", "segment 9 DTM"} & set(dropped)
    assert not draft.failures


def test_read_cuscar_time_of_another_kind_or_again_is_dropped():
    draft = notice_of(head=(*HEAD, "DTM+178:20261125:102", "DTM+132:20261126:102"))
    dropped = [source for source, _ in concerns(draft, "dropped")]
    assert {"segment 8 DTM", "segment 9 DTM"} <= set(dropped)


def test_read_cuscar_office_and_arrival_come_from_the_person_where_the_file_has_none():
    told = replace(CONTEXT, office="TM001004", arrival=datetime(2026, 11, 25, 3, 30, tzinfo=UTC))
    (draft,) = read_cuscar(edi((*HEAD[:3], *CARGO)), told).drafts
    assert draft.value["office_of_entry"] == "TM001004"
    assert draft.value["transport"]["estimated_arrival_at"] == "2026-11-25T03:30:00Z"
    assert not draft.failures


def test_read_cuscar_too_many_consignments_are_named():
    more = [line for number in range(2, 1002) for line in ("CNI", f"RFF+BM:B-{number}", *CARGO[2:])]
    assert codes(notice_of(*more)) == ["document.malformed"]


def test_read_cuscar_weight_of_the_transport_is_dropped():
    draft = notice_of(head=(*HEAD, "MEA+WT+G+KGM:1"))
    assert ("segment 8 MEA", "") in concerns(draft, "dropped")


def test_read_cuscar_means_beyond_all_measure_are_refused_by_the_rules():
    trucks = [f"TDT+20++3+++++{number}-AB-{number}" for number in range(100, 210)]
    draft = notice_of(cargo=(*CARGO[:6], *trucks, *CARGO[6:]))
    assert codes(draft) == ["list.length"] * 2
