"""Metrics that compare the words of an answer with those of the reference answer."""

from collections import Counter
from collections.abc import Callable

from finetuning.evaluation.metric import Case, Metric, from_zero_to_one
from finetuning.evaluation.metrics.wording import normalised, words


def exact_match(case: Case) -> float:
    """Return 1 if answer and reference are the same but for case, spacing and punctuation around them."""
    return float(normalised(case.text) == normalised(case.record.reference))


def token_f1(case: Case) -> float:
    """Return the harmonic mean of the shares of words in common.

    Source: Rajpurkar et al., 'SQuAD: 100,000+ Questions for Machine Comprehension of Text' (2016), section 6.1, without
    its rule that drops English articles: answers may be of any language, and an answer may be 'A'.
    """
    return _f1(case, lambda answer, reference: (Counter(answer) & Counter(reference)).total())


def rouge_l(case: Case) -> float:
    """Return ROUGE-L's F1: of the longest common subsequence of words.

    Source: Lin, 'ROUGE: A Package for Automatic Evaluation of Summaries' (2004), section 3, with beta 1.
    """
    from rapidfuzz.distance import LCSseq

    return _f1(case, LCSseq.similarity)


def edit_similarity(case: Case) -> float:
    """Return the share of characters that need no edit (Levenshtein), of the longer text."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_similarity(normalised(case.text), normalised(case.record.reference))


def _f1(case: Case, common: Callable[[list[str], list[str]], int]) -> float:
    """Return the F1 of words in common; a text without words, such as a sign, is compared as a whole."""
    answer, reference = words(case.text), words(case.record.reference)
    if not answer or not reference:
        return exact_match(case)
    return 2 * common(answer, reference) / (len(answer) + len(reference))


METRICS = (
    Metric("exact_match", "Exact match", "share", "more", exact_match, extremes=from_zero_to_one),
    Metric("token_f1", "Token F1", "share", "more", token_f1, extremes=from_zero_to_one),
    Metric("rouge_l", "ROUGE-L", "share", "more", rouge_l, extremes=from_zero_to_one),
    Metric("edit_similarity", "Edit similarity", "share", "more", edit_similarity, extremes=from_zero_to_one),
)
