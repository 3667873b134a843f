import re
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.xml_reader import read_xml
from tests.convert.messages import CONTEXT, MALFORMED, MASTER, SAMPLES, ens, house

XML_SAMPLES = sorted(SAMPLES.glob("*.xml"))


def outcome(text):
    """Give everything a person would notice about a conversion."""
    found = read_xml(text.encode(), CONTEXT)
    return [(one.value, one.remarks, one.failures) for one in found.drafts], found.failures


@pytest.mark.parametrize("path", XML_SAMPLES, ids=lambda path: path.stem)
def test_read_xml_sample_gives_one_document(path):
    conversion = read_xml(path.read_bytes(), CONTEXT)
    assert conversion.failures == ()
    assert [one.failures for one in conversion.drafts] == [()]


@pytest.mark.parametrize(
    ("name", "code", "source"),
    [
        (
            "bad-container",
            "rule.identifier_structure",
            "/TransportEquipment/containerIdentificationNumber, line 72",
        ),
        ("charset-unknown", "convert.charset", "line 1"),
        ("country-in-words", "value.form", "/IE3F50/activeBorderTransportMeans/nationality, line 31"),
        (
            "date-in-words",
            "convert.time",
            "/estimatedDateAndTimeOfArrival/DateTime, line 37",
        ),
        ("document-type", "convert.xml_forbidden", "line 2"),
        ("entity-bomb", "convert.xml_forbidden", "line 2"),
        ("external-entity", "convert.xml_forbidden", "line 2"),
        (
            "goods-reference-dangling",
            "convert.goods_unknown",
            "/GoodsReference[2]/declarationGoodsItemNumber, line 84",
        ),
        (
            "hs-code-words",
            "convert.commodity_code",
            "/commodityCode/harmonizedSystemSubHeadingCode, line 215",
        ),
        (
            "impossible-date",
            "convert.time",
            "/estimatedDateAndTimeOfArrival/DateTime, line 37",
        ),
        (
            "mass-not-a-number",
            "convert.number",
            "/weight/grossMass, line 131",
        ),
        (
            "mode-unknown",
            "convert.mode_unknown",
            "/CC029C/Consignment/modeOfTransportAtTheBorder, line 65",
        ),
        ("nested-deep", "convert.xml_too_deep", "line 2"),
        ("not-closed", "convert.xml_malformed", "line 3, column 26"),
        ("other-message", "convert.xml_unknown", "line 2"),
        ("other-namespace-inside", "convert.element_missing", "/IE3F50, line 2"),
        ("other-namespace", "convert.xml_unknown", "line 2"),
        (
            "packages-not-a-number",
            "convert.number",
            "/packaging/numberOfPackages, line 135",
        ),
        (
            "plate-impossible",
            "rule.identifier_structure",
            "/IE3F50/activeBorderTransportMeans/identificationNumber, line 28",
        ),
        ("truncated", "convert.xml_malformed", "line 56, column 7"),
        ("without-consignment", "convert.element_missing", "/CC029C, line 2"),
        ("without-means", "convert.element_missing", "/IE3F50, line 2"),
        ("without-reference", "convert.reference_missing", "/IE3F50, line 2"),
        ("wrong-charset", "convert.xml_malformed", "line 244, column 17"),
    ],
)
def test_read_xml_malformed_sample_is_named_with_its_place(name, code, source):
    conversion = read_xml((MALFORMED / f"xml-{name}.xml").read_bytes(), CONTEXT)
    failures = [*conversion.failures, *(one for draft in conversion.drafts for one in draft.failures)]
    assert failures[0].code == code
    assert failures[0].source.endswith(source)
    assert failures[0].text


def test_malformed_samples_are_all_tested():
    mark = test_read_xml_malformed_sample_is_named_with_its_place.pytestmark[0]
    assert {f"xml-{row[0]}" for row in mark.args[1]} == {path.stem for path in MALFORMED.glob("*.xml")}


def test_read_xml_unknown_root_names_what_is_known():
    (failure,) = read_xml(b"<IE3F50/>", CONTEXT).failures
    assert failure.code == "convert.xml_unknown"
    for known in ("urn:wco:datamodel:eu:ics2:2", "IE3F51", "http://ncts.dgtaxud.ec", "CC029C"):
        assert known in failure.text


def paths(text):
    """Give each value of a document: its path without places in lists, and its span."""
    open_, at = [], 0
    for tag in re.finditer(r"<(/?)([\w:]+)[^>]*?>([^<]*)", text):
        if tag[1]:
            open_.pop()
            continue
        open_.append(tag[2].rpartition(":")[2])
        at = tag.start(3)
        if tag[3].strip():
            yield "/" + "/".join(open_), (at, at + len(tag[3]))


@pytest.mark.parametrize("path", XML_SAMPLES, ids=lambda path: path.stem)
def test_read_xml_every_value_is_used_or_named_as_dropped(path):
    text = path.read_text(encoding="utf-8")
    before = outcome(text)
    (draft,) = read_xml(text.encode(), CONTEXT).drafts
    named = {
        re.sub(r"\[\d+\]", "", one.source.partition(", ")[0])
        for one in draft.remarks
        if one.concern == "dropped"
    }
    silent = []
    for where, (start, end) in paths(text):
        others = (text[:start] + other + text[end:] for other in ("7", "QQ"))
        if where not in named and all(outcome(other) == before for other in others):
            silent.append((where, text[start:end]))
    assert silent == []


_LINES = {path: path.read_text(encoding="utf-8").split("\n") for path in XML_SAMPLES}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(XML_SAMPLES),
    st.lists(
        st.tuples(
            st.integers(2, 400),
            st.sampled_from(["drop", "twice", "empty", "noise"]),
            st.text(max_size=6),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_read_xml_mutated_document_raises_nothing(path, changes):
    lines = list(_LINES[path])
    for place, how, noise in changes:
        line = lines[place % len(lines)]
        lines[place % len(lines)] = {
            "drop": "",
            "twice": line + line,
            "empty": re.sub(r">[^<]+<", "><", line),
            "noise": re.sub(r">[^<]+<", lambda _, text=noise: f">{escape(text)}<", line),
        }[how]
    conversion = read_xml("\n".join(lines).encode("utf-8", "replace"), CONTEXT)
    found = [*conversion.failures, *(one for draft in conversion.drafts for one in draft.failures)]
    assert all(one.source and one.code for one in found)


def test_read_xml_too_large_a_document_is_named():
    houses = [house().replace("H-1", f"H-{number}") for number in range(1100)]
    assert [one.code for one in ens(*MASTER, *houses).failures] == ["document.malformed"]
