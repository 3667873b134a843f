"""Rules between an answer and the document it names.

Responsible for what can be seen in the answer alone: the kind of document, whose it is, and that
its author is told. Must not ask whether that document exists or still wants an answer: that is the
course of a conversation.
"""

from collections.abc import Iterator

from node.message.answer import Answer
from node.message.faults import Fault


def answer_faults(document: Answer, *names: str, own: bool = False) -> Iterator[Fault]:
    """Give the faults of what an answer names.

    Args:
        document: the answer.
        names: the types it may answer; none given: every type.
        own: whether an authority may also answer a document of its own, such as the control
            result that led to a seizure. Its author need not be told then.
    """
    answered = document.answers
    if names and answered.type not in names:
        yield Fault("/answers/type", "rule.answers_type", f"answers only {' or '.join(names)}")
    if answered.authority == document.originator.authority:
        if not own:
            yield Fault("/answers/authority", "rule.answers_other", "nobody answers themselves")
    elif answered.authority not in document.recipients:
        yield Fault(
            "/recipients", "rule.answers_recipient", "must name the author of the document answered"
        )
