"""Forms: each pattern in use, with what it expects in plain words.

Responsible for one register, from which error texts and the handbook take their words. Must not
know which member a form belongs to.
"""

FORMS: dict[str, str] = {}
"""Each pattern in use, and what it expects in plain words (for error texts and the handbook)."""


def form(pattern: str, words: str) -> str:
    """Register a pattern with its meaning in plain words, and give the pattern back."""
    FORMS[pattern] = words
    return pattern
