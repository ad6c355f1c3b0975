"""The rate at which one model answers.

Source of the text: Bedrock User Guide, "Troubleshooting Amazon Bedrock API Error Codes", ThrottlingException.
"""

from collections import deque
from datetime import timedelta

from local.bedrock.protocol import Call, Fault
from local.bedrock.site import Site

_WINDOW = timedelta(minutes=1)


def require_rate(site: Site, call: Call) -> None:
    """Refuse a request when as many as the quota allows have been answered in the last simulated minute.

    Raises:
        Fault: `ThrottlingException`.
    """
    model_id = call.parameters["modelId"]
    with site.store.lock:
        answered = site.store.answered.setdefault(model_id, deque())
        while answered and site.clock.since(answered[0]) >= _WINDOW:
            answered.popleft()
        if len(answered) >= site.quotas.requests_per_minute:
            raise Fault("ThrottlingException", "Too many requests, please wait before trying again.")
        answered.append(site.clock.now())
