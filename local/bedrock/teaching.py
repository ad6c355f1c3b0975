"""Distillation: prompts without an answer get the teacher's.

There is no teacher on this machine. Its answer is a sentence that says so and repeats the prompt: different for each
prompt, so that what was learned can be told from it. What AWS adds to the prompts (data synthesis) is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from finetuning.teachers import NamedTeacher
from local.bedrock.datasets import Record
from local.bedrock.learner import Example
from local.bedrock.learner.text import first_tokens
from local.bedrock.protocol.faults import validation
from local.bedrock.site import Site

_ACTION = "bedrock:InvokeModel"


def require_right(site: Site, role_arn: str, session: str, teacher: NamedTeacher) -> None:
    """Require that a role may ask a teacher: through a profile, the profile and the model behind it.

    Source: Bedrock User Guide, "Prerequisites for model distillation". The model is checked in this Region only.

    Raises:
        Fault: `ValidationException`.
    """
    model = site.foundation_arn(teacher.model)
    keys: dict[str, str] = {}
    asked = [model]
    if teacher.profile is not None:
        profile = site.arn(f"inference-profile/{teacher.profile}")
        keys, asked = {"bedrock:InferenceProfileArn": profile}, [profile, model]
    for arn in asked:
        if not site.neighbours.role_may(role_arn, session, _ACTION, arn, keys):
            raise validation(f"The role {role_arn} is not authorized to perform {_ACTION} on the teacher model {arn}.")


def taught(records: Sequence[Record], config: Mapping[str, Any]) -> list[Example]:
    """The prompts with their answers: their own, else the stand-in teacher's."""
    teacher, longest = config["teacherModelIdentifier"], config.get("maxResponseLengthForInference")
    return [
        record.example if record.example.answer else _answered(record.example.prompt, teacher, longest)
        for record in records
    ]


def _answered(prompt: str, teacher: str, longest: int | None) -> Example:
    answer = f"This is what a stand-in for the teacher {teacher} says to: {prompt}"
    return Example(prompt, answer if longest is None else first_tokens(answer, longest))
