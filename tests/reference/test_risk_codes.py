from node.reference.risk_codes import ACTIONS, DESK_CHECKS, OBSERVING, RISK_AREAS, RISK_LEVELS


def test_observing_is_within_desk_checks_and_both_are_actions():
    assert OBSERVING < DESK_CHECKS < set(ACTIONS.codes)


def test_do_not_stop_is_an_action():
    assert "do-not-stop" in OBSERVING


def test_every_area_and_level_has_a_definition():
    assert all((RISK_AREAS.codes | RISK_LEVELS.codes).values())
