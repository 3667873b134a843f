import json

import pytest
from pydantic import ValidationError

from node.message.seal_check import SealCheck


def read(**members):
    return SealCheck.model_validate_json(json.dumps(members))


def test_seal_check_keeps_the_numbers_as_read():
    check = read(equipment="CSQU3054383", state="broken", removed=["kL-88120"], affixed=["TM4410072"])
    assert check.removed == ("kL-88120",)
    assert check.affixed == ("TM4410072",)


def test_seal_check_of_the_means_itself_names_no_box():
    assert read(state="intact").equipment is None


@pytest.mark.parametrize("members", [{}, {"state": "fine"}, {"state": "intact", "removed": [""]}])
def test_seal_check_that_says_nothing_is_refused(members):
    with pytest.raises(ValidationError):
        read(**members)
