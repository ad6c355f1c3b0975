"""The commands below `python -m ops models`; a word that is none of them is a base model of the catalog."""

from typing import Any

from typer import Typer
from typer.core import TyperGroup

from finetuning import catalog
from finetuning.suggestions import did_you_mean
from ops.commands.model_versions import diff, history, show
from ops.commands.models import models
from ops.commands.verify import verify
from ops.errors import UsageError

CATALOG = "catalog"


class CatalogFirst(TyperGroup):
    """`models`, `models nova-lite` and `models --live` ask the catalog; other words are commands of their own."""

    default = CATALOG

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the catalog's command before what names no other."""
        known = (*self.commands, *ctx.help_option_names)
        if args and args[0] not in known:
            _require_word(args[0], sorted({*self.commands} - {self.default}))
        return super().parse_args(ctx, args if args and args[0] in known else [self.default, *args])


def _require_word(word: str, commands: list[str]) -> None:
    """Refuse what is nearly a command: a base model it cannot be.

    Raises:
        UsageError: it is no base model and spelt nearly like a command.
    """
    try:
        catalog.find(word)
    except catalog.UnknownBaseModelError as error:
        if guess := did_you_mean(word, commands):
            raise UsageError(
                f"{word!r} is no command and no base model; commands: {', '.join(commands)}; {guess}"
            ) from error


app = Typer(name="models", cls=CatalogFirst, help="Base models of the catalog, and the versions of your models.")
app.command(CATALOG)(models)
for command in (history, show, diff, verify):
    app.command()(command)
