"""From a decision to what is done about it: each action may run twice, and writes its outcome before the next look."""

from collections.abc import Callable, Mapping

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from lambdas import log
from lambdas.driver.endpoint_actions import EndpointActions
from lambdas.driver.holding_actions import HoldingActions
from lambdas.driver.judging_actions import JudgingActions
from lambdas.driver.manifests import Manifests
from lambdas.driver.publishing import Answering, Pointer, Publishing
from lambdas.driver.signal_actions import SignalActions, Stacks
from lambdas.driver.training_actions import Jobs, TrainingActions
from lambdas.gateways.endpoints import EndpointGateway
from lambdas.registry import Registry

#: What buys, and the stack for which it does.
_OWNERS: Mapping[Action, Callable[[ModelRecord], str]] = {
    Action.START_JOB: lambda record: record.training.owner,
    Action.CREATE_ENDPOINT: lambda record: record.endpoint.owner or record.training.owner,
}


class Actions:
    """Acts on one decision. Each method returns a wait if the next look should not be at once."""

    def __init__(
        self,
        *,
        registry: Registry,
        jobs: Jobs,
        endpoints: Mapping[str, EndpointGateway],
        pointer: Pointer,
        answering: Answering,
        stacks: Stacks,
        judging: JudgingActions,
        holding: HoldingActions,
        manifests: Manifests,
        output_bucket: str,
        clock: Callable[[], float],
    ) -> None:
        """Put the actions together; the clock gives epoch seconds."""
        training = TrainingActions(registry=registry, jobs=jobs, output_bucket=output_bucket, clock=clock)
        publishing = Publishing(registry=registry, pointer=pointer, answering=answering, clock=clock)
        serving = EndpointActions(registry=registry, endpoints=endpoints, publishing=publishing, clock=clock)
        self._training, self._serving, self._stacks = training, serving, stacks
        self._by_action: dict[Action, Callable[[ModelRecord, Observed, Decision], Decision | None]] = {
            Action.START_JOB: training.start_job,
            Action.STOP_JOB: training.stop_job,
            Action.DELETE_MODEL: training.delete_model,
            Action.CREATE_ENDPOINT: serving.create_endpoint,
            Action.SWAP_MODEL: serving.swap_model,
            Action.DELETE_ENDPOINT: serving.delete_endpoint,
            Action.PUBLISH_POINTER: publishing.publish_pointer,
            Action.RETAG: self._retag,
            Action.SIGNAL_STACK: SignalActions(registry=registry, stacks=stacks).signal_stack,
            Action.JUDGE_TRAINING: judging.judge_training,
            Action.OPEN_EVALUATION: judging.open_evaluation,
            Action.EVALUATE: judging.evaluate,
            Action.GIVE_UP_EVALUATION: judging.give_up_evaluation,
            Action.REJECT_MODEL: judging.reject_model,
            Action.ISSUE_MANIFEST: manifests.issue,
            Action.HOLD_MODEL: holding.hold_model,
            Action.RELEASE_MODEL: holding.release_model,
        }

    def act(self, record: ModelRecord, seen: Observed, decision: Decision) -> Decision | None:
        """Do what was decided; the waiting actions and SETTLED need nothing done."""
        action = self._by_action.get(decision.action)
        if action is None:
            return None
        if decision.action in _OWNERS and self._stacks.is_rolling_back(_OWNERS[decision.action](record)):
            # Its resources are restored one after the other: what is wanted in between is wanted by nobody.
            return Decision(Action.AWAIT_CHANGE, decision.generation_id, TEARDOWN_POLL_SECONDS)
        log.info("acting", model=record.model, action=decision.action, generation=decision.generation_id)
        return action(record, seen, decision)

    def _retag(self, record: ModelRecord, seen: Observed, decision: Decision) -> None:
        is_training = record.training.find(decision.generation_id) is not None
        (self._training if is_training else self._serving).retag(record, seen, decision)
