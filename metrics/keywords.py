"""An example of a custom metric: the share of the reference's important words that the answer has.

Write ``"metrics": ["custom.keywords"]`` under ``evaluation`` in ``cdk.json``, and the evaluation measures it, reports
it and lets a gate ask for it (``"custom.keywords": {"min": 0.8}``). Copy this file to begin one of your own: its name
is that of the metric, and everything but ``score`` may be left out.

``score`` gets the answer and the reference answer, as text, and returns a number. It should be pure: a gate that is
decided again tomorrow must find what it found today. It is not asked about an answer that failed, which has the worst
share; only of a "score" of which "more" is better, such an answer comes as an empty text.
"""

import re

#: "share": values are from 0 to 1, so differences get tighter bounds. "score" (the default): any number.
UNIT = "share"
#: "more" (the default) or "less" is better.
BETTER = "more"
#: How reports call it.
TITLE = "Key words"

#: Shorter words, such as articles and prepositions, mean little.
_SHORTEST = 5


def score(answer: str, reference: str) -> float:
    """Return the share of the reference's words of five letters or more that the answer has, in any order."""
    wanted = _important(reference)
    return len(wanted & _important(answer)) / len(wanted) if wanted else 1.0


def _important(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) >= _SHORTEST}
