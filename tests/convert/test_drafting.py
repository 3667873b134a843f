import re
from pathlib import Path

import pytest

from node.convert.drafting import Drafting, Found, Unfit, without_repeats


def refuse(_):
    raise Unfit("convert.number", "expected a number")


def test_put_nested_path_makes_the_groups_above_it():
    drafting = Drafting("here")
    drafting.put(("goods", 0, "code"), Found("A", "segment 1"))
    drafting.put(("goods", 0, "names", 0), Found("B", "segment 2"))
    assert drafting.value == {"goods": [{"code": "A", "names": ["B"]}]}


@pytest.mark.parametrize("found", [None, Found("", "segment 1")])
def test_put_nothing_leaves_no_member(found):
    drafting = Drafting("here")
    drafting.put(("code",), found)
    assert drafting.value == {}


def test_put_unfit_value_fails_the_draft_with_its_place():
    drafting = Drafting("here")
    drafting.put(("mass",), Found("x", "segment 7 MEA"), refuse)
    (failure,) = drafting.finish().failures
    assert (failure.code, failure.source, failure.pointer) == (
        "convert.number",
        "segment 7 MEA",
        "/mass",
    )
    assert drafting.value == {}


def test_put_text_too_long_is_cut_and_said():
    drafting = Drafting("here")
    drafting.put_text(("name",), Found("one  two\nthree", "segment 1"), 8)
    assert drafting.value == {"name": "one two"}
    assert [one.concern for one in drafting.finish().remarks] == ["dropped"]


def test_put_text_absent_leaves_no_member():
    drafting = Drafting("here")
    drafting.put_text(("name",), None, 8)
    assert drafting.value == {}


def test_assume_without_a_source_names_the_document():
    drafting = Drafting("segment 2 UNH")
    drafting.assume(("mode",), "1", "taken")
    (remark,) = drafting.finish().remarks
    assert (remark.concern, remark.source, remark.pointer) == ("defaulted", "segment 2 UNH", "/mode")


@pytest.mark.parametrize("path", [("a", 1), ("a", 0, "b", "c"), ("b",), ("a", "name")])
def test_get_absent_member_gives_none(path):
    drafting = Drafting("here")
    drafting.put(("a", 0, "b"), Found("x", ""))
    assert drafting.get(*path) is None


def test_begin_twice_numbers_the_entries():
    drafting = Drafting("here")
    assert drafting.begin("boxes", source="one") == ("boxes", 0)
    assert drafting.begin("boxes", source="two") == ("boxes", 1)
    assert drafting.value == {"boxes": [{"sequence": 1}, {"sequence": 2}]}


def test_finish_rule_broken_names_the_place_of_the_member():
    drafting = Drafting("segment 2 UNH")
    drafting.put(("type",), Found("pre-arrival-notice/1", "segment 2 UNH"))
    drafting.put(("version",), Found("0", "segment 3 BGM"), int)
    found = {failure.pointer: failure.source for failure in drafting.finish().failures}
    assert found["/version"] == "segment 3 BGM"
    assert found["/reference"] == "segment 2 UNH"


def test_without_repeats_same_reference_and_version_fails_the_second():
    drafts = []
    for source in ("one", "two"):
        drafting = Drafting(source)
        drafting.value.update(reference="R", version=1)
        drafting.fail("convert.number", "x")
        drafts.append(drafting.finish())
    first, second = without_repeats(drafts)
    assert [one.code for one in first.failures] == ["convert.number"]
    assert [one.code for one in second.failures] == ["convert.number", "convert.reference_repeated"]


def test_failure_codes_of_messages_are_those_of_the_page():
    root = Path(__file__).parents[2]
    page = (root / "docs" / "convert-edifact-xml.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `(convert\.\w+)` \|", page, re.MULTILINE)
    names = (
        "drafting",
        "values",
        "segments",
        "edifact",
        "notice_frame",
        "ics2",
        "ncts*",
        "cuscar*",
        "xml*",
    )
    paths = [path for name in names for path in (root / "node" / "convert").glob(f"{name}.py")]
    used = {code for path in paths for code in re.findall(r'"(convert\.\w+)"', path.read_text())}
    assert shown == sorted(used)
