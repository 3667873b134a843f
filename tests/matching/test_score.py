import pytest

from node.matching.found import Circumstance, Grade, Likeness
from node.matching.kinds import Kind, Manner, exactness
from node.matching.score import (
    CERTAIN,
    POSSIBLE,
    PROBABLE,
    bounds_of,
    evidence,
    grade_of,
    kept,
    total,
)


def like(kind, points, manner=Manner.SAME):
    return Likeness(
        kind=kind,
        manner=manner,
        exactness=exactness(manner),
        points=points,
        wanted="a",
        wanted_at="/a",
        seen="b",
        seen_at="/b",
        words="a is b",
    )


def round_about(points):
    return Circumstance(name="time", points=points, wanted_at="", seen_at="", words="")


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ([], 0),
        ([(Kind.WAGON, 95)], 95),
        ([(Kind.WAGON, 50), (Kind.SEAL, 50)], 75),
        ([(Kind.WAGON, 50), (Kind.WAGON, 40)], 50),
        ([(Kind.WAGON, 40), (Kind.SEAL, 40), (Kind.NAME, 40)], 78),
    ],
)
def test_kinds_add_up_as_independent_chances(given, points):
    assert evidence([like(kind, each) for kind, each in given]) == points


def test_evidence_never_falls_when_something_more_agrees():
    one = [like(Kind.WAGON, 55)]
    assert evidence([*one, like(Kind.NAME, 1)]) >= evidence(one)


@pytest.mark.parametrize(
    ("given", "percent", "bounds"),
    [
        (like(Kind.CONTAINER, 95), 100, (CERTAIN, 100)),
        (like(Kind.CONTAINER, 95), 85, (0, CERTAIN - 1)),
        (like(Kind.UCR, 96), 30, (CERTAIN, 100)),
        (like(Kind.UCR, 60), 100, (0, CERTAIN - 1)),
        (like(Kind.CONTAINER, 83, Manner.LOOK_ALIKE), 100, (0, CERTAIN - 1)),
        (like(Kind.PLATE, 24, Manner.SLIP), 100, (0, PROBABLE - 1)),
        (like(Kind.PARTY_NUMBER, 88), 100, (CERTAIN, 100)),
        (like(Kind.NAME, 72), 100, (0, CERTAIN - 1)),
        (like(Kind.SEAL, 95), 100, (0, CERTAIN - 1)),
    ],
)
def test_bounds_depend_on_the_best_that_agrees_of_the_cargo(given, percent, bounds):
    assert bounds_of([given], percent) == bounds


def test_party_does_not_settle_what_the_cargo_leaves_open():
    slip, number = like(Kind.PLATE, 24, Manner.SLIP), like(Kind.PARTY_NUMBER, 88)
    assert bounds_of([slip, number], 100) == (0, PROBABLE - 1)


@pytest.mark.parametrize(
    ("base", "points", "bounds", "score"),
    [
        (60, (5, 4), (0, 89), 69),
        (60, (5, 4, 4), (0, 89), 70),
        (60, (-5, -4, -4), (0, 89), 50),
        (85, (9,), (0, 89), 89),
        (80, (), (90, 100), 90),
        (98, (9,), (90, 100), 100),
        (5, (-9,), (0, 89), 0),
    ],
)
def test_circumstances_move_the_score_by_ten_at_most_and_within_its_bounds(base, points, bounds, score):
    assert total(base, map(round_about, points), bounds) == score


@pytest.mark.parametrize(
    ("kind", "percent", "left"),
    [
        (Kind.CONTAINER, 30, 30),
        (Kind.VOYAGE, 65, 65),
        (Kind.UCR, 30, 80),
        (Kind.UCR, 85, 85),
        (Kind.NAME, 30, 100),
    ],
)
def test_time_takes_most_from_what_is_used_again(kind, percent, left):
    assert kept(kind, percent) == left


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, Grade.CERTAIN),
        (CERTAIN, Grade.CERTAIN),
        (CERTAIN - 1, Grade.PROBABLE),
        (PROBABLE, Grade.PROBABLE),
        (PROBABLE - 1, Grade.POSSIBLE),
        (POSSIBLE, Grade.POSSIBLE),
        (POSSIBLE - 1, None),
        (0, None),
    ],
)
def test_grade_is_what_the_score_means(score, grade):
    assert grade_of(score) is grade
