"""Preflight: what the live account says against a wanted model, before anything is started or bought.

Pure: `facts` says what was read of the account, `wanted` what is wanted, `judging` what follows from both.
"""

from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity, Unreadable, by_severity, errors
from finetuning.preflight.judging import judge
from finetuning.preflight.wanted import SourceBucket, Wanted

__all__ = [
    "AccountFacts",
    "Finding",
    "Severity",
    "SourceBucket",
    "Unreadable",
    "Wanted",
    "by_severity",
    "errors",
    "judge",
]
