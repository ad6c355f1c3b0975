"""What the model costs, by the prices that the configuration gives; what is unknown stays unknown."""

from collections.abc import Iterator

from finetuning.cost import HOURS_PER_MONTH, STORAGE_USD_PER_MONTH, dollars, usd_per_month
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_lent
from finetuning.run_report.model import Cost, Evaluation

USD_PER_1K_REQUESTS = "usd_per_1k_requests"
"""Name of the metric; `finetuning.evaluation` has it."""
_UNKNOWN = "unknown"
_GIVE = "give the price in the environment's prices"


def costs(record: ModelRecord, generation: TrainingGeneration, evaluation: Evaluation | None) -> tuple[Cost, ...]:
    """Return what the job, the endpoint, the answers and the storage cost."""
    serving = (*_endpoint(record.endpoint.wanted), *_requests(evaluation))
    if is_lent(generation):
        return (Cost("job and stored model", "nothing here", "paid where it was trained"), *serving)
    stored = Cost("stored custom model", f"{dollars(STORAGE_USD_PER_MONTH)} a month", "as long as the model is kept")
    return (_job(generation), *serving, stored)


def _job(generation: TrainingGeneration) -> Cost:
    amount = generation.counted_usd
    if amount is None:
        return Cost("customization job", _UNKNOWN, f"{_GIVE}: training_usd_per_1k_tokens")
    return Cost("customization job", f"at most {dollars(amount)}", "an upper bound: tokens are an estimate")


def _endpoint(endpoint: EndpointGeneration | None) -> Iterator[Cost]:
    if endpoint is None:
        return
    if endpoint.serving == "on_demand":
        yield Cost("endpoint", "nothing by the hour", "on demand: the tokens of each answer are billed")
        return
    units = f"provisioned throughput of {endpoint.model_units} model unit{'' if endpoint.model_units == 1 else 's'}"
    if endpoint.hourly_usd is None:
        yield Cost("endpoint, an hour", _UNKNOWN, f"{units}; {_GIVE}: unit_hour_usd")
        return
    yield Cost("endpoint, an hour", dollars(endpoint.hourly_usd), units)
    yield Cost("endpoint, a month", dollars(usd_per_month(endpoint.hourly_usd)), f"of {HOURS_PER_MONTH} hours")


def _requests(evaluation: Evaluation | None) -> Iterator[Cost]:
    for metric in evaluation.metrics if evaluation else ():
        found = metric.values.get("candidate")
        if metric.name != USD_PER_1K_REQUESTS or found is None:
            continue
        if found.value is None:
            note = f"{_GIVE}: input_usd_per_1k_tokens and output_usd_per_1k_tokens"
            yield Cost("1,000 requests", _UNKNOWN, note)
        else:
            yield Cost("1,000 requests", dollars(found.value), "by the tokens of the evaluation's answers")
