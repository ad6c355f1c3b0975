"""`data split`: one file into training, validation and test."""

from pathlib import Path
from typing import Annotated

import typer

from ops import console
from ops.data.given import find_base_model, known_format
from ops.data.inputs import Input
from ops.data.options import BaseModelOption, ForceOption, FormatOption
from ops.data.plan import DEFAULT_BASE_MODEL
from ops.data.reasons import STDIN
from ops.errors import UsageError
from ops.options import JsonOption


def split(
    source: Annotated[str, typer.Argument(metavar="IN", help="a file, or s3://bucket/key")],
    validation: Annotated[float, typer.Option("--validation", help="share of the records, 0 for none")] = 0.1,
    test: Annotated[float, typer.Option("--test", help="share of the records, 0 for none")] = 0.1,
    out_dir: Annotated[Path, typer.Option("--out-dir", help="folder of training.jsonl and the others")] = Path(),
    base_model: BaseModelOption = None,
    source_format: FormatOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Divide a dataset by the content of its records: what is alike stays together, and stays where it is.

    A record's split depends on its question only: add rows, split again, and no row changes sides. Lines are copied
    as they are.
    """
    from finetuning.dataset.split import Fractions, SplitError
    from ops.data import splitting

    known_format(source_format)
    if source == STDIN:
        raise UsageError("split reads its input twice; write standard input to a file first")
    chosen = find_base_model(base_model or DEFAULT_BASE_MODEL)
    try:
        fractions = Fractions(1 - validation - test, validation, test)
    except SplitError as error:
        raise UsageError(f"--validation, --test: {error}") from error
    wanted = splitting.Wanted(Input(source, source), out_dir, chosen, source_format, fractions)
    files = splitting.run(wanted, force=force)
    if as_json:
        console.print_json({"files": files})
    else:
        console.stdout().print(splitting.table(files))
