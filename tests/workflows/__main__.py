"""`python -m tests.workflows`: a model on its way to prod, on the embedded AWS; `make promotion` runs it."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from local import environment, instance, lifetime
from local.settings import Settings
from tests.workflows.accounts import EmbeddedAccounts
from tests.workflows.promoted_project import ACCOUNT, REGION
from tests.workflows.story import StoryEndedError, tell
from tests.workflows.team import Team

#: What a shell needs to sign requests; workflows get them from their roles.
CREDENTIALS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})


def main() -> int:
    """Start the embedded AWS unless it runs, and tell the story on it; returns the exit code."""
    settings = _running(replace(Settings.from_environment(os.environ), region=REGION))
    folder = settings.state_folder / "promotion"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    out = Console(highlight=False)
    administrator = {**_variables(settings), "AWS_ACCESS_KEY_ID": ACCOUNT}
    workflows = {name: value for name, value in administrator.items() if name not in CREDENTIALS}
    team = Team(folder, workflows, EmbeddedAccounts(settings.endpoint_url), lambda line: out.print(line, markup=False))
    try:
        tell(team, administrator, out)
    except StoryEndedError as error:
        out.print(f"\n{error}", markup=False)
        return 1
    shell = folder / "environment.sh"
    shell.write_text(environment.script(settings) + f"export AWS_ACCESS_KEY_ID={ACCOUNT}\n", encoding="utf-8")
    clone = folder / "clone"
    team.repository.clone(clone)
    out.print("\nlook around, in the repository as it is now:")
    out.print(f"  . {shell} && cd {clone}", markup=False, soft_wrap=True)
    for command in ("models history --env prod", "status --env prod", 'ask --env prod "What is Amazon Bedrock?"'):
        out.print(f"  python -m ops {command}", markup=False)
    out.print("end it: make down")
    return 0


def _running(settings: Settings) -> Settings:
    """The settings of the embedded AWS that runs, or that is started now."""
    running = instance.find(settings.state_folder) or lifetime.start(settings)
    return replace(settings, port=running.port)


def _variables(settings: Settings) -> Mapping[str, str]:
    """The whole environment of a shell that points to the embedded AWS."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home = os.environ.get("HOME", str(settings.state_folder))
    return {"PATH": path, "HOME": home, **settings.to_environment(), **environment.variables(settings)}


if __name__ == "__main__":
    sys.exit(main())
