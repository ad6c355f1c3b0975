"""`models verify`: whether what an environment pins is what its source signed, before anything is deployed."""

from collections.abc import Mapping

import typer

from configuration import pins
from configuration.rules import promote_command
from finetuning.errors import FineTuningError
from finetuning.problems import Problem
from ops import console, project
from ops.errors import WRONG
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.promotion import target, verifying
from ops.promotion.source import Signed
from ops.session import Session, open_session


def verify(env: EnvironmentOption = None, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Check the pinned manifests of an environment: digest, approval, signature, and that job and model are there."""
    session, known = open_session(env), project.load()
    chosen = [project.choose_model(session.environment, model)] if model else promoted(session.environment)
    found = {name: problems(session, known, name) for name in chosen}
    if as_json:
        console.print_json({"environment": session.environment.name, "problems": found})
    else:
        _say(session, found)
    if any(found.values()):
        raise typer.Exit(WRONG)


def promoted(environment: project.Environment) -> list[str]:
    """The models of an environment that come from another one."""
    return [name for name, raw in environment.models.items() if isinstance(raw, Mapping) and raw.get("promotion")]


def problems(session: Session, known: project.Project, model: str) -> list[str]:
    """What is wrong with a model's pin; nothing if it can be deployed."""
    environment, read = session.environment.name, list[Problem]()
    try:
        case = target.case_of(known, environment, model)
        promotion = target.promotion_of(case)
        pin = pins.read(environment, model, promote_command(promotion.source, environment, model), read)
        if pin is None:
            return list(map(str, read))
        signed = Signed(pin.digest, pin.text, pin.signature, pin.manifest)
        found = list(map(str, target.refusals(case, known.name, model, signed, pin, propose=False)))
        verifying.require_signature(session, signed, promotion.manifest_key_arn)
        return found + (verifying.absences(session, pin.manifest) if promotion.method == "swap" else [])
    except FineTuningError as error:
        return [str(error)]


def _say(session: Session, found: Mapping[str, list[str]]) -> None:
    out = console.stdout()
    for name, wrong in found.items():
        out.print(f"{name}: {'cannot be deployed' if wrong else 'verified'}", markup=False)
        for text in wrong:
            out.print(f"  {text}", soft_wrap=True, markup=False)
    if not found:
        out.print(f"{session.environment.name} takes no model from another environment", markup=False)
