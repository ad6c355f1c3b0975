"""The commands that lead out: each can be copied as it stands."""

from finetuning.base_model import Quota
from finetuning.preflight.wanted import Wanted


def more_of(quota: Quota, needed: float, region: str) -> str:
    """Return how to have a quota raised to a value.

    Source: AWS CLI reference, service-quotas, request-service-quota-increase. Service Quotas takes no value
    up to AWS's default, which an account may have less of, and does not adjust every quota: then it is AWS Support.
    """
    if quota.code is None or quota.adjustable is False or needed <= quota.default:
        return "free some, or ask AWS Support for more: https://console.aws.amazon.com/support/"
    return (
        f"ask for more: aws service-quotas request-service-quota-increase --service-code bedrock "
        f"--quota-code {quota.code} --desired-value {needed:g} --region {region}"
    )


def other_serving(wanted: Wanted) -> str:
    """Return how to do without provisioned throughput where the base model allows it; else ""."""
    if wanted.serving != "provisioned" or wanted.region not in wanted.base_model.serving_regions("on_demand"):
        return ""
    return ", or serve on demand: -c endpoint.serving=on_demand"


def access_to(model_id: str, region: str) -> str:
    """Return how to have access to a model by hand.

    Source: Bedrock User Guide, 'Request access to models' (Manage model access using SDK and CLI).
    """
    return (
        f"see the offer: aws bedrock list-foundation-model-agreement-offers --model-id {model_id} --region {region}; "
        f"take it: aws bedrock create-foundation-model-agreement --model-id {model_id} --offer-token <offerToken> "
        f"--region {region}"
    )
