import pytest

from node.matching.compare import compare
from node.matching.decision import DISMISSALS, RIGHT, WRONG, Dismissal, says_the_same
from node.matching.found import Grade
from tests.matching.making import BOX, alert, box, notice, now


@pytest.fixture
def found():
    held = notice(equipment=[box()])
    made = compare(alert(), held, at=now(held))
    assert made is not None
    return made


def test_each_reason_is_explained():
    assert list(DISMISSALS) == list(Dismissal)


def test_each_reason_but_other_says_whether_the_match_was_right():
    assert set(Dismissal) - {Dismissal.OTHER} == WRONG | RIGHT
    assert set() == WRONG & RIGHT


def test_newer_versions_that_agree_in_the_same_say_the_same(found):
    later = found.notice.model_copy(update={"version": 2})
    other = found.model_copy(update={"notice": later, "score": found.score - 1, "circumstances": ()})
    assert says_the_same(found, other)


@pytest.mark.parametrize("name", ["grade", "consignments", "seen"])
def test_findings_that_differ_in_what_there_is_to_decide_do_not_say_the_same(found, name):
    (likeness,) = found.likenesses
    changes = {
        "grade": {"grade": Grade.POSSIBLE},
        "consignments": {"consignments": (1,)},
        "seen": {"likenesses": (likeness.model_copy(update={"seen": f" {BOX}"}),)},
    }
    assert not says_the_same(found, found.model_copy(update=changes[name]))
