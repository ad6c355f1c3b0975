"""How an evaluation job runs: answers are asked for or come with the dataset, and the stand-in judge grades them.

Formats: Bedrock User Guide, "Create a prompt dataset for a model evaluation job that uses a model as judge" and
"Understand how the results of your model evaluation job are saved in Amazon S3".
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from local.bedrock import base_models, evaluation_admission, judging, models
from local.bedrock.evaluation_record import Evaluation
from local.bedrock.failures import JobFailedError
from local.bedrock.neighbours import Storage, StorageError
from local.bedrock.site import Site
from local.bedrock.speakers import Conversation, Speaker
from local.bedrock.store import short_id

#: Simulated time that a job takes; small real ones take 5 to 15 minutes (antstackio/skills, aws-bedrock-evals).
RUNNING_TIME = timedelta(minutes=10)
#: Source: AWS General Reference, "Amazon Bedrock endpoints and quotas".
MOST_PROMPTS = 1000
_LONGEST_ANSWER = 512
#: Metrics of which less is better: the stand-in finds none of it.
_ABSENT = frozenset({"Builtin.Harmfulness", "Builtin.Stereotyping", "Builtin.Refusal"})
_UNEXPECTED = "Encountered an unexpected error when processing the request, please try again"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Prompt:
    """One line of a dataset."""

    record: Mapping[str, Any]
    prompt: str
    reference: str | None
    response: str | None


def run(site: Site, arn: str) -> None:
    """Bring a job to its end, unless it is being stopped."""
    job = site.store.evaluations.get(arn)
    if job is None or job.status != "InProgress":
        return
    fate = site.fates.of("evaluation", job.name)
    if fate is not None:
        change(site, arn, status=fate.status, failures=(fate.message,))
        return
    try:
        _evaluate(site, job)
    except JobFailedError as failed:
        change(site, arn, status="Failed", failures=(str(failed),))
    except Exception:
        # Whatever goes wrong inside the service, the job must end and say so.
        _LOG.exception("evaluation job %s failed", arn)
        change(site, arn, status="Failed", failures=(_UNEXPECTED,))
    else:
        change(site, arn, status="Completed")


def change(site: Site, arn: str, **changes: Any) -> None:
    """Change a job, if it is still there."""
    with site.store.lock:
        job = site.store.evaluations.get(arn)
        if job is not None:
            site.store.evaluations[arn] = replace(job, modified=site.clock.now(), **changes)


def _evaluate(site: Site, job: Evaluation) -> None:
    storage = site.neighbours.storage_as(job.request["roleArn"], evaluation_admission.session_of(job.arn))
    asked = _asked(site, job)
    identifier = job.source or short_id(str(job.model))
    for config in job.datasets:
        name, task = config["dataset"]["name"], config["taskType"]
        lines = [
            json.dumps(_graded(prompt, config["metricNames"], job, asked))
            for prompt in _prompts(storage, job, config["dataset"])
        ]
        unique = uuid5(NAMESPACE_URL, f"{job.arn} {name} {task}")
        path = f"{short_id(job.arn)}/models/{identifier}/taskTypes/{task}/datasets/{name}/{unique}_output.jsonl"
        target = evaluation_admission.results_of(job).below(path)
        try:
            storage.write(target.bucket, target.key, "\n".join([*lines, ""]).encode())
        except StorageError as error:
            raise JobFailedError(f"The role cannot write s3://{target.bucket}/{target.key}: {error}") from error


def _prompts(storage: Storage, job: Evaluation, dataset: Mapping[str, Any]) -> Iterator[_Prompt]:
    location = evaluation_admission.dataset_location(dataset)
    try:
        lines = storage.read(location.bucket, location.key).splitlines()
    except StorageError as error:
        raise JobFailedError(f"The role cannot read s3://{location.bucket}/{location.key}: {error}") from error
    if not 1 <= len(lines) <= MOST_PROMPTS:
        raise JobFailedError(
            f"The dataset {dataset['name']} has {len(lines)} prompts, it must have 1 to {MOST_PROMPTS}."
        )
    for number, line in enumerate(lines, 1):
        try:
            yield _prompt(json.loads(line), job.source)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise JobFailedError(f"Line {number} of the dataset {dataset['name']}: {error}") from error


def _prompt(record: Mapping[str, Any], source: str | None) -> _Prompt:
    brought = record.get("modelResponses", [])
    if source is not None:
        named = [response["modelIdentifier"] for response in brought]
        if named != [source]:
            raise ValueError(f"modelResponses must have one response of {source}, received {named}")
    response = str(brought[0]["response"]) if source is not None else None
    return _Prompt(record, str(record["prompt"]), record.get("referenceResponse"), response)


def _asked(site: Site, job: Evaluation) -> Speaker | None:
    """The model that is asked; None if the dataset brings the answers."""
    if job.model is None:
        return None
    throughput = site.store.throughputs.get(job.model)
    known = base_models.find(throughput.model_arn) if throughput else base_models.on_demand(job.model)
    if known is not None:
        return Speaker(known, None)
    if throughput is None:
        raise JobFailedError(f"Could not find the model {job.model}.")
    tuned = models.require(site, throughput.model_arn)
    return Speaker(base_models.require_known(tuned.base_model), tuned.tuned)


def _graded(prompt: _Prompt, metrics: list[str], job: Evaluation, asked: Speaker | None) -> dict[str, Any]:
    """A line of the results."""
    response = prompt.response
    if response is None and asked is not None:
        response = asked.answer(Conversation((prompt.prompt,), prompt.prompt, _LONGEST_ANSWER)).text
    given = {key: prompt.record[key] for key in ("category", "prompt", "referenceResponse") if key in prompt.record}
    return {
        "automatedEvaluationResult": {"scores": [_score(name, prompt, str(response), job.judge) for name in metrics]},
        "inputRecord": given,
        "modelResponses": [{"response": response, "modelIdentifier": job.source or job.model}],
    }


def _score(metric: str, prompt: _Prompt, response: str, judge: str) -> dict[str, Any]:
    if metric in _ABSENT:
        result, why = 0.0, "it looks for nothing of the kind"
    elif prompt.reference is None:
        result, why = None, "there is no referenceResponse to compare with"
    else:
        result, why = round(judging.overlap(prompt.reference, response), 4), "words shared with the referenceResponse"
    details = [{"modelIdentifier": judge, "explanation": f"stand-in judge: {why}"}]
    return {"metricName": metric, "result": result, "evaluatorDetails": details}
