"""The data plane: InvokeModel and Converse."""

from collections.abc import Mapping

from local.bedrock import bodies, body_checks, speakers, throttling
from local.bedrock.protocol import HEADERS, Call
from local.bedrock.protocol.faults import validation
from local.bedrock.site import Operation, Result, Site

#: Converse is authorized as InvokeModel. Source: API reference, Converse.
_ACTION = "bedrock:InvokeModel"
_STREAMING_ACTION = "bedrock:InvokeModelWithResponseStream"
#: Header of ours, on every answer: who the stand-in stands for.
_STAND_IN = "x-amzn-bedrock-stand-in"


def invoke(site: Site, call: Call) -> Result:
    """Answer in the base model's own format."""
    speaker = _speaker(site, call)
    base_model = speaker.base_model
    answer = speaker.answer(bodies.read(base_model.invocation_format, call.parameters.get("body", b"")))
    model_name = base_model.inference_id.split(".", 1)[-1].removesuffix("-v1:0")
    return {
        "body": bodies.write(base_model.invocation_format, answer, model_name),
        "contentType": "application/json",
        HEADERS: {
            _STAND_IN: speaker.name,
            "x-amzn-bedrock-invocation-latency": str(answer.latency_ms),
            "x-amzn-bedrock-input-token-count": str(answer.input_tokens),
            "x-amzn-bedrock-output-token-count": str(answer.output_tokens),
        },
    }


def converse(site: Site, call: Call) -> Result:
    """Answer in the format that is common to all models."""
    speaker = _speaker(site, call)
    parameters = call.parameters
    messages = parameters.get("messages", [])
    body_checks.check_turns(messages)
    system = " ".join(block["text"] for block in parameters.get("system", []) if "text" in block)
    most = parameters.get("inferenceConfig", {}).get("maxTokens")
    answer = speaker.answer(body_checks.conversation(messages, system, most))
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": answer.text}]}},
        "stopReason": answer.stop_reason,
        "usage": {
            "inputTokens": answer.input_tokens,
            "outputTokens": answer.output_tokens,
            "totalTokens": answer.input_tokens + answer.output_tokens,
        },
        "metrics": {"latencyMs": answer.latency_ms},
        HEADERS: {_STAND_IN: speaker.name},
    }


def _speaker(site: Site, call: Call) -> speakers.Speaker:
    found = speakers.resolve(site, call, _ACTION)
    throttling.require_rate(site, call)
    return found


def refuse_streaming(site: Site, call: Call) -> Result:
    """Say that streaming is not part of the embedded AWS, rather than let something else answer."""
    speakers.resolve(site, call, _STREAMING_ACTION)
    raise validation("The embedded AWS does not stream. Use InvokeModel or Converse.")


def _counted(operation: Operation) -> Operation:
    """Count what succeeds, under the identifier that it was asked by.

    Source: Bedrock User Guide, 'Monitor bedrock-runtime inference using CloudWatch metrics', which does not say what
    `ModelId` is for provisioned throughput.
    """

    def counted(site: Site, call: Call) -> Result:
        result = operation(site, call)
        site.neighbours.count("Invocations", call.parameters["modelId"])
        return result

    return counted


OPERATIONS: Mapping[str, Operation] = {
    "InvokeModel": _counted(invoke),
    "Converse": _counted(converse),
    "InvokeModelWithResponseStream": refuse_streaming,
    "ConverseStream": refuse_streaming,
}
