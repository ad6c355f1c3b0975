"""Reinforcement fine-tuning: answers are tried, a Lambda function grades them, and the best one is learned.

What the function is sent and must return: Bedrock User Guide, "Setting up reward functions for Amazon Nova models",
Lambda function implementation details. How many samples are sent at a time is not documented; 100 are our choice. The
stand-in has no model that could find answers: it tries the reference answers of the dataset, the prompt's own first.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.bedrock.datasets import Record
from local.bedrock.failures import JobFailedError
from local.bedrock.learner import Example
from local.bedrock.neighbours import FunctionError
from local.bedrock.protocol.faults import validation
from local.bedrock.records import Job
from local.bedrock.site import Site
from local.bedrock.store import short_id

_ACTION = "lambda:InvokeFunction"
_BATCH = 100
#: Answers tried for each prompt if the request does not say; ours.
_SAMPLES = 4


def require_right(site: Site, role_arn: str, session: str, config: Mapping[str, Any]) -> None:
    """Require a grader that a role may call.

    Raises:
        Fault: `ValidationException`.
    """
    grader = config.get("graderConfig", {}).get("lambdaGrader")
    if grader is None:
        raise validation("customizationConfig.rftConfig.graderConfig is required.")
    if not site.neighbours.role_may(role_arn, session, _ACTION, grader["lambdaArn"], {}):
        raise validation(f"The role {role_arn} is not authorized to perform {_ACTION} on {grader['lambdaArn']}.")


def rewarded(site: Site, job: Job, records: Sequence[Record], config: Mapping[str, Any]) -> list[Example]:
    """The prompts with the answers that got the highest rewards.

    Raises:
        JobFailedError: The function fails, or does not return a reward for each sample.
    """
    tries = config.get("hyperParameters", {}).get("trainingSamplePerPrompt", _SAMPLES)
    candidates = [_candidates(records, place, tries) for place in range(len(records))]
    samples = [
        _sample(record, f"{place}-{number}", answer)
        for place, record in enumerate(records)
        for number, answer in enumerate(candidates[place])
    ]
    rewards: dict[str, float] = {}
    for start in range(0, len(samples), _BATCH):
        rewards |= _graded(site, job, config["graderConfig"]["lambdaGrader"]["lambdaArn"], samples[start:][:_BATCH])
    return [
        Example(record.example.prompt, max(enumerate(tried), key=lambda each: rewards[f"{place}-{each[0]}"])[1])
        for place, (record, tried) in enumerate(zip(records, candidates, strict=True))
    ]


def _candidates(records: Sequence[Record], place: int, tries: int) -> list[str]:
    """Different answers: the record's own, then those of the records after it."""
    others = (records[(place + step) % len(records)].example.answer for step in range(len(records)))
    return list(dict.fromkeys(others))[:tries]


def _sample(record: Record, identifier: str, answer: str) -> dict[str, Any]:
    metadata = {name: value for name, value in record.content.items() if name != "messages"}
    messages = [*record.content["messages"], {"role": "assistant", "content": answer}]
    return {"id": identifier, "messages": messages, "metadata": metadata}


def _graded(site: Site, job: Job, function_arn: str, samples: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    try:
        answer = site.neighbours.call(
            job.request["roleArn"], f"bedrock-{short_id(job.arn)}", function_arn, json.dumps(samples).encode()
        )
    except FunctionError as error:
        raise JobFailedError(f"The reward function {function_arn} failed: {error}") from error
    try:
        rewards = {str(each["id"]): float(each["aggregate_reward_score"]) for each in json.loads(answer)}
    except (ValueError, TypeError, KeyError) as error:
        raise JobFailedError(
            f"The reward function {function_arn} must return a list of objects with id and aggregate_reward_score."
        ) from error
    missing = [sample["id"] for sample in samples if sample["id"] not in rewards]
    if missing:
        raise JobFailedError(f"The reward function {function_arn} returned no reward for {len(missing)} samples.")
    return rewards
