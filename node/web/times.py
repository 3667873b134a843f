"""Times as the API writes them: RFC 3339 in UTC, with milliseconds.

Responsible for one form of all times that the node itself took. Must not look at a clock.
"""

from node.conversation.wording import moment


def written(ms: int) -> str:
    """Write Unix milliseconds."""
    return f"{moment(ms):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}Z"
