"""Code lists of statistics: each metric with the one way in which it is counted.

Responsible for definitions so exact that two authorities who count the same months come to the same
figures. Must not count anything.

"In the period" means: from its start, its end excluded. Alerts, notices and requests belong to the
period in which they were delivered, answers and controls to that in which they were sealed. A
document counts once, in its newest version, unless said otherwise; test traffic never counts.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from node.reference.codes import DOCUMENT_NAMES, CodeList

_VERSION = "2026-1"
_OWN = "Sarbon"

_DOCUMENT_COUNTS = {
    f"documents-{name}": f"Documents `{name}` accepted by their recipient; every version counts."
    for name in DOCUMENT_NAMES.codes
}
_COUNTS = {
    **_DOCUMENT_COUNTS,
    "late-notices": "Notices delivered after the arrival, or less than two hours before it.",
    "alerts-read": "Alerts that an officer of the recipient opened.",
    "alerts-accepted": "Alerts answered by an acceptance with the decision accepted.",
    "alerts-declined": "Alerts answered by an acceptance with the decision declined.",
    "alerts-controlled": "Alerts answered by at least one control result with decision controlled.",
    "alerts-hit": "Alerts answered by a result A4, A5 or B1, or by a seizure.",
    "controls": "Control results with the decision controlled; by trigger where one is given.",
    "controls-a1": "Controls with the result A1, satisfactory.",
    "controls-a2": "Controls with the result A2, considered satisfactory.",
    "controls-a3": "Controls with the result A3, simplified procedure.",
    "controls-a4": "Controls with the result A4, minor discrepancies.",
    "controls-a5": "Controls with the result A5, discrepancies.",
    "controls-b1": "Controls with the result B1, not satisfactory.",
    "not-controlled": "Control results with the decision not-controlled.",
    "seizures": "Seizure reports; by commodity where one is given.",
    "overdue-read": "Alerts not read when their term for reading ended.",
    "overdue-acceptance": "Alerts neither accepted nor declined when that term ended.",
    "overdue-feedback": "Alerts without a control result when their term for feedback ended.",
    "overdue-request": "Requests for information not answered when their term ended.",
    "overdue-recall": "Recalls not answered when their term ended, each recipient by itself.",
    "overdue-consent": "Requests for consent not answered when their term ended.",
}
_PERCENTS = {
    "coverage": "Arrivals observed at the office for which a notice had come; of: those arrivals.",
    "completeness-minimum": "Members of the minimum profile that are filled; of: all, in all notices.",
    "completeness-full": "Required and should-be members that are filled; of: all, in all notices.",
    "read-in-time": "Alerts read within their term; of: alerts whose term has ended or that were read.",
    "acceptance-in-time": "Alerts accepted or declined within their term; of: those due or answered.",
    "feedback-in-time": "Alerts with a control result within their term; of: those due or answered.",
    "reply-in-time": "Requests answered within their term, extended where announced; of: those due.",
    "hit-rate": "Controls with A4, A5, B1 or a seizure; of: all controls with the trigger named.",
    "outcome-known": "Alerts with a coded outcome; of: alerts that expired or were closed.",
    "false-warnings": "Controls triggered by an alert with the result A1; of: all such controls.",
}
_MINUTES = {
    "lead-time-notice": "Median of arrival, expected where not known, less delivery; may be negative.",
    "lead-time-alert": "Median of arrival, expected where not known, less delivery; may be negative.",
    "read-time": "Median from delivery of an alert until an officer opened it.",
    "acceptance-time": "Median from delivery of an alert to the sealing of its acceptance.",
    "feedback-time": "Median from arrival, or from the alert's delivery, to the first control result.",
    "reply-time": "Median from delivery of a request to the sealing of its complete reply.",
    "false-warning-cost": "Sum of the time spent, where given, on controls by alert with result A1.",
}
_KILOGRAMS = {
    "seized-mass": "Sum of the quantities seized that are given in a unit of mass; by commodity.",
}

METRICS = CodeList("metric", _VERSION, _OWN, {**_COUNTS, **_PERCENTS, **_MINUTES, **_KILOGRAMS})
FIGURE_UNITS = CodeList(
    "figure-unit",
    _VERSION,
    _OWN,
    {
        "count": "A whole number.",
        "percent": "Of a hundred; the number it is taken of stands in `of`.",
        "minutes": "Minutes.",
        "kilograms": "Kilograms.",
    },
)
FIGURE_DIRECTIONS = CodeList(
    "figure-direction",
    _VERSION,
    _OWN,
    {
        "sent": "What the reporting authority sent to the counterpart, and the answers to it.",
        "received": "What it received from the counterpart, and its own answers to it.",
    },
)

UNIT_OF: Mapping[str, str] = MappingProxyType(
    {
        metric: unit
        for unit, metrics in (
            ("count", _COUNTS),
            ("percent", _PERCENTS),
            ("minutes", _MINUTES),
            ("kilograms", _KILOGRAMS),
        )
        for metric in metrics
    }
)
"""The one unit in which each metric is given."""

SIGNED = frozenset({"lead-time-notice", "lead-time-alert"})
"""Metrics that may be negative: the document came after the cargo."""

BY_TRIGGER = frozenset({"hit-rate"})
"""Metrics that mean nothing without a trigger."""

BY_COMMODITY = frozenset({"seized-mass"})
"""Metrics that mean nothing without a commodity."""

Metric = Annotated[str, METRICS]
FigureUnit = Annotated[Literal["count", "percent", "minutes", "kilograms"], FIGURE_UNITS]
FigureDirection = Annotated[Literal["sent", "received"], FIGURE_DIRECTIONS]
