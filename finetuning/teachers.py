"""The teacher of a DISTILLATION as the configuration names it: a model, or an inference profile that leads to one.

Source: Bedrock API reference, data type TeacherModelConfig, ``teacherModelIdentifier``: the identifier or ARN of a
foundation model or of a cross-Region inference profile, whose identifier is the model's after a geography and a dot.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from finetuning.base_model import BaseModel, Teacher
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12})?:"
    r"(?P<kind>foundation-model|inference-profile)/(?P<id>.+)",
    re.ASCII,
)


@dataclass(frozen=True)
class NamedTeacher:
    """What a teacher's identifier says.

    Attributes:
        model: identifier of the foundation model.
        profile: identifier of the inference profile; None if the model itself is named.
        region: of the ARN; None if it is no ARN.
        account: of the ARN of an inference profile.
    """

    model: str
    profile: str | None
    region: str | None = None
    account: str | None = None


def of(student: BaseModel, identifier: str) -> NamedTeacher:
    """Return what a teacher's identifier or ARN says; a profile is told by the known model after its first dot."""
    known = known_of(student)
    arn = _ARN.fullmatch(identifier)
    name = arn["id"] if arn else identifier
    rest = name.partition(".")[2]
    is_profile = arn["kind"] == "inference-profile" if arn else rest in {teacher.model for teacher in known}
    where = (arn["region"], arn["account"]) if arn else (None, None)
    return NamedTeacher(rest, name, *where) if is_profile else NamedTeacher(name, None, *where)


def known_of(student: BaseModel) -> tuple[Teacher, ...]:
    """Return the documented teachers of a base model; none if it cannot be distilled."""
    distillation = student.customizations.get("DISTILLATION")
    return distillation.teachers if distillation else ()


def problems(student: BaseModel, identifier: str, region: str, account: str, on: date, path: str) -> Iterator[Problem]:
    """Yield why a model cannot be the teacher of a base model in a Region of an account on a day.

    Source of which teachers a student has, and how they are called: the catalog's entry for the student.
    """
    known, given = known_of(student), of(student, identifier)
    teacher = next((each for each in known if each.model == given.model), None)
    if teacher is None:
        guess = did_you_mean(identifier, [each.model for each in known])
        message = f"{identifier!r} is not documented as a teacher of {student.name}; allowed: {_choices(known, on)}"
        yield Problem(path, message, guess)
        return
    yield from _place_problems(given, region, account, path)
    if teacher.inference_profile == "required" and given.profile is None:
        fix = f"name its profile, such as us.{given.model}"
        yield Problem(path, f"{given.model} teaches through an inference profile only, got {identifier!r}", fix)
    if teacher.inference_profile == "unsupported" and given.profile is not None:
        message = f"{given.model} does not teach through an inference profile, got {identifier!r}"
        yield Problem(path, message, f"name the model, {given.model}")
    if not teacher.is_alive(on):
        message = f"teacher {given.model} reached its end of life on {teacher.end_of_life}"
        yield Problem(path, f"{message}; living teachers of {student.name}: {_choices(known, on)}")


def _place_problems(given: NamedTeacher, region: str, account: str, path: str) -> Iterator[Problem]:
    if given.region is not None and given.region != region:
        yield Problem(path, f"the teacher's ARN is of {given.region}, and the environment is in {region!r}")
    if given.account is not None and given.account != account:
        yield Problem(path, f"the teacher's ARN is of account {given.account}, and the environment's is {account}")


def _choices(known: Iterable[Teacher], on: date) -> str:
    return ", ".join(teacher.model for teacher in known if teacher.is_alive(on)) or "none is left"
