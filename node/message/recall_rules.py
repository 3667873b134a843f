"""Rules between the members of a recall and of its answer.

Responsible for an account that does not contradict itself. Must not ask who has answered yet: that
is the course of a conversation.
"""

from collections.abc import Iterator

from node.message.answer_rules import answer_faults
from node.message.faults import Fault
from node.message.header_rules import after_issue_faults, once_faults, reason_faults
from node.message.recall import Recall, RecallAnswer


def recall_faults(recall: Recall) -> Iterator[Fault]:
    """Give the faults of a recall, in the order of its members."""
    if recall.recalls.authority != recall.originator.authority:
        yield Fault(
            "/recalls/authority", "rule.recalls_own", "an authority recalls only what is its own"
        )
    if recall.recalls.type == "recall":
        yield Fault("/recalls/type", "rule.recall_stands", "a recall cannot be recalled")
    if recall.version != 1:
        yield Fault("/version", "rule.recall_final", "a recall stands as it was said: send another")
    yield from reason_faults(recall)
    yield from after_issue_faults(recall, "answer_due_at")


def recall_answer_faults(answer: RecallAnswer) -> Iterator[Fault]:
    """Give the faults of a recall's answer, in the order of its members."""
    yield from answer_faults(answer, "recall")
    yield from once_faults(answer.uses, "uses")
    if "unused" in answer.uses and set(answer.uses) != {"unused"}:
        yield Fault("/uses", "rule.unused_alone", "unused goes with no other use")
    yield from once_faults(answer.used_in, "used_in")
    if ("used" in answer.uses) != bool(answer.used_in):
        yield Fault("/used_in", "rule.used_in_named", "with used, and only then")
    yield from once_faults(answer.passed_on_to, "passed_on_to")
    if ("passed-on" in answer.uses) != bool(answer.passed_on_to):
        yield Fault("/passed_on_to", "rule.passed_on_named", "with passed-on, and only then")
    if "other" in answer.used_in and answer.note is None:
        yield Fault("/note", "rule.use_worded", "the use `other` must be put in words")
