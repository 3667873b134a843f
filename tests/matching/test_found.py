import pytest

from node.matching.compare import compare
from node.matching.found import Named, from_json, match_id, to_json
from tests.matching.making import alert, box, notice, now

ALERT = Named(type="alert", authority="UZ-CC", reference="UZ-ALR-1", version=1)
NOTICE = Named(type="pre-arrival-notice", authority="AZ-SCC", reference="AZ-PAN-1", version=1)


def found():
    one = alert()
    return compare(one, notice(equipment=[box()]), at=now(one))


def test_match_is_written_and_read_back():
    assert from_json(to_json(found())) == found()


def test_match_says_why_line_by_line():
    route = {"office_of_entry": "TM001004"}
    one = alert(route=route)
    assert compare(one, notice(equipment=[box()]), at=now(one)).words == (
        "container CSQU3054383 is the same",
        "enters at TM001004, as expected",
    )


def test_match_id_is_the_same_for_the_same_two_versions():
    assert found().id == match_id(ALERT, NOTICE) == "f3fe7f72d64d490af061fff26a500092"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ALERT.model_copy(update={"version": 2}), NOTICE),
        (ALERT, NOTICE.model_copy(update={"version": 2})),
        (ALERT.model_copy(update={"authority": "TM-SCS"}), NOTICE),
        (Named(type="watch-item", reference="UZ-ALR-1"), NOTICE),
        (ALERT, NOTICE.model_copy(update={"reference": "AZ-PAN-2"})),
    ],
)
def test_match_id_of_anything_else_is_another(one, other):
    assert match_id(one, other) != match_id(ALERT, NOTICE)
