"""Plans as Markdown, for the comment on a pull request and the summary of a CI's job. Pure."""

from collections.abc import Iterator, Sequence

from ops.plan import rendering, sentences
from ops.plan.planning import ModelPlan

#: What a `diff` block is coloured by: how a line begins that was added, changed or removed.
_SIGNS = {
    sentences.ADDED: "+",
    sentences.CHANGED: "!",
    sentences.REMOVED: "-",
    sentences.KEPT: " ",
    sentences.REFUSED: "-",
}
_LABEL_WIDTH = 14
_FENCE = "```"


def page(environment: str, plans: Sequence[ModelPlan]) -> str:
    """Return the plans of one environment."""
    return "\n".join([f"## {environment}", "", rendering.last_line(plans), *map(_block, plans)])


def _block(plan: ModelPlan) -> str:
    return "\n".join(["", f"### {plan.model}", "", f"{_FENCE}diff", *_lines(plan), _FENCE])


def _lines(plan: ModelPlan) -> Iterator[str]:
    for symbol, label, text in rendering.told(plan):
        # Nothing that is quoted, such as a finding, may end the block.
        first, *others = text.replace(_FENCE, "").splitlines() or [""]
        yield f"{_SIGNS[symbol]} {label:<{_LABEL_WIDTH}} {first}".rstrip()
        yield from (f"{_SIGNS[symbol]} {'':<{_LABEL_WIDTH}} {line}".rstrip() for line in others)
