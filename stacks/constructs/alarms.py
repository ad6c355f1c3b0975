"""Alarms for what nobody sees otherwise; each says what to do."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

#: As the functions write them in CloudWatch's embedded metric format.
NAMESPACE = "FineTuning"
TROUBLES = "Troubles"
REFUSED_ANSWERS = "RefusedAnswers"
#: The sweep's period: each of its runs counts the troubles that there are.
_PERIOD = Duration.minutes(15)

#: Kind of trouble → what it is and what to do.
KINDS: Mapping[str, str] = {
    "failed": (
        "A customization job or an endpoint failed; what served before still serves. python -m ops status shows the "
        "reason; mend it, then python -m ops retry."
    ),
    "stuck": (
        "A model makes no progress. python -m ops status shows since when and on what it waits, python -m ops logs why."
    ),
    "unknown": (
        "Bedrock reports a status that this project does not know; it waits and changes nothing. python -m ops status "
        "shows it; look at the resource in Bedrock's console, and update this project."
    ),
    "orphaned": (
        "Something in Bedrock carries our owner tags and belongs to no record; it may cost money. python -m ops "
        "orphans lists what there is and how to remove or adopt it."
    ),
    "drifted": (
        "Something that was bought is gone or changed, and not by us; it is not bought again by itself. python -m ops "
        "status shows what; python -m ops resume buys it again."
    ),
    "expiring": (
        "A commitment ends or renews soon, and cannot be cancelled afterwards. python -m ops status shows when; decide "
        "before that, and change the endpoint's configuration if it shall not renew."
    ),
    "idle": (
        "Provisioned throughput is billed by the hour and nobody invokes it, or it was removed for that. python -m ops "
        "status shows which, python -m ops cost what it costs; python -m ops stop --billing ends its bill, and python "
        "-m ops resume brings it back."
    ),
    "approval": (
        "A trained model waits for approval; what served before still serves. python -m ops status shows it; look at "
        "it, then python -m ops approve."
    ),
}


class Alarms(Construct):
    """Defines the alarms of an environment; all of them tell one topic."""

    def __init__(self, scope: Construct, id_: str, *, topic: sns.ITopic) -> None:
        """Define none yet.

        Args:
            scope: the stack.
            id_: construct id.
            topic: that is told when an alarm goes off.
        """
        super().__init__(scope, id_)
        self._action = actions.SnsAction(topic)

    def on_dead_letters(self, queue: sqs.IQueue, unanswered: sqs.IQueue) -> None:
        """Go off when events were given up: at once for what a person must look at, else when nobody settles them."""
        self._alarm(
            "Unanswered",
            unanswered.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="Maximum"),
            "Events were given up, and the function for such events could not settle them either. A stack may wait for "
            "its timeout. python -m ops logs shows why; read the messages of this queue, then purge it.",
        )
        self._alarm(
            "Undelivered",
            queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="Maximum"),
            "Events that were given up are not being settled. Is the event source mapping of the Undelivered function "
            "enabled? python -m ops logs shows what the function does.",
            periods=3,
        )

    def on_sweep(self, function: lambda_.IFunction) -> None:
        """Go off when nothing makes the lifecycle converge any more."""
        self._alarm(
            "SweepFailing",
            function.metric_errors(period=_PERIOD, statistic="Sum"),
            "The sweep fails, so what died is not restarted and orphans are not found. python -m ops logs shows why.",
            periods=2,
        )
        self._alarm(
            "SweepNotRunning",
            function.metric_invocations(period=Duration.hours(1), statistic="Sum"),
            "The sweep has not run for an hour (or this stack was deployed just now). Is its EventBridge rule enabled? "
            "Until it runs, look yourself: python -m ops status and python -m ops orphans.",
            operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=cloudwatch.TreatMissingData.BREACHING,
        )

    def on_driver(self, machine: sfn.StateMachine) -> None:
        """Go off when an execution ended without settling its model; the sweep starts the next one."""
        self._on_executions(
            "Driver",
            machine,
            "A driver execution failed, was aborted or timed out; the sweep starts another within 15 minutes. python "
            "-m ops status shows the model and the reason; python -m ops retry once it is mended.",
        )

    def on_evaluations(self, machine: sfn.StateMachine) -> None:
        """Go off when an evaluation ended without a verdict, for which its candidate would wait."""
        self._on_executions(
            "Evaluations",
            machine,
            "An evaluation ended without a verdict. Its candidate waits until evaluation.hours are over, then it is "
            "refused. python -m ops logs --function evaluation shows why; mend it, then redrive the execution: it goes "
            "on where it stopped.",
        )

    def _on_executions(self, id_: str, machine: sfn.StateMachine, description: str) -> None:
        period = Duration.minutes(5)
        ends = (machine.metric_failed, machine.metric_aborted, machine.metric_timed_out)
        self._alarm(id_, _sum([metric(period=period, statistic="Sum") for metric in ends], period), description)

    def on_custom_resources(self, functions: Sequence[lambda_.IFunction]) -> None:
        """Go off when a function fails, or when CloudFormation refuses an answer (fault A09).

        Each alarm is about five functions at most: an expression may have 10 metrics. Source: CloudWatch User Guide,
        'Create a CloudWatch alarm based on a metric math expression'.
        """
        for number, beginning in enumerate(range(0, len(functions), 5)):
            id_ = "CustomResources" + (str(number + 1) if number else "")
            self._on_custom_resources(id_, functions[beginning : beginning + 5])

    def _on_custom_resources(self, id_: str, functions: Sequence[lambda_.IFunction]) -> None:
        period = Duration.minutes(5)
        refused = [
            cloudwatch.Metric(
                namespace=NAMESPACE,
                metric_name=REFUSED_ANSWERS,
                dimensions_map={"Function": function.function_name},
                period=period,
                statistic="Sum",
            )
            for function in functions
        ]
        errors = [function.metric_errors(period=period, statistic="Sum") for function in functions]
        self._alarm(
            id_,
            _sum([*errors, *refused], period),
            "A custom resource function failed, or CloudFormation refused its answer; a deployment may fail or wait. "
            "Its stack's events and python -m ops logs show why; mend it, then deploy again.",
        )

    def on_troubles(self, project: str, environment: str) -> None:
        """Go off, one alarm for each kind, when driver or sweep see a trouble of this kind."""
        for kind, description in KINDS.items():
            metric = cloudwatch.Metric(
                namespace=NAMESPACE,
                metric_name=TROUBLES,
                dimensions_map={"Project": project, "Environment": environment, "Kind": kind},
                period=_PERIOD,
                statistic="Maximum",
            )
            self._alarm(kind.capitalize(), metric, description)

    def _alarm(
        self,
        id_: str,
        metric: cloudwatch.IMetric,
        description: str,
        *,
        periods: int = 1,
        operator: cloudwatch.ComparisonOperator = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        """Define an alarm on a count of one; no data means that there is nothing to count, unless said otherwise."""
        cloudwatch.Alarm(
            self,
            id_,
            metric=metric,
            alarm_description=description,
            threshold=1,
            evaluation_periods=periods,
            comparison_operator=operator,
            treat_missing_data=missing,
        ).add_alarm_action(self._action)


def _sum(metrics: Sequence[cloudwatch.IMetric], period: Duration) -> cloudwatch.MathExpression:
    """Return the sum of the metrics that have data."""
    return cloudwatch.MathExpression(
        expression="SUM(METRICS())",
        using_metrics={f"m{index}": metric for index, metric in enumerate(metrics)},
        period=period,
    )
