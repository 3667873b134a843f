"""The measurement of matching on the disk, at a size that says nothing but that it works."""

import re

from bench.matching_store import measured


def test_measurement_names_notices_alerts_matches_and_times(tmp_path):
    first, *times = measured(tmp_path, alerts=40, notices=4)
    assert re.fullmatch(r"4 notices among 40 alerts: [1-9][0-9]* matches", first)
    assert len(times) == 12
    assert all(re.search(r"% within [0-9]+\.[0-9] ms$", line) for line in times)
