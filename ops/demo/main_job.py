"""The main job, from nothing to an answer of a tuned model."""

from ops.demo import evaluating, steps, summary
from ops.demo.stages import Demonstration, Outcome, Stages
from ops.demo.summary import Summary
from ops.demo.workplace import Workplace


def perform(stages: Stages, place: Workplace) -> Outcome:
    """Start the embedded AWS, deploy, train, evaluate, serve, ask.

    Raises:
        StepFailedError: a step could not be done.
    """
    with stages.stage(steps.START) as step:
        steps.start(step, place)
        subject = steps.subject()
    with stages.stage(steps.BOOTSTRAP) as step:
        steps.bootstrap(step, place, subject.environment)
    with stages.stage(steps.DEPLOY) as step:
        deployment = steps.deploy(step, place)
    with stages.stage(steps.TRAIN) as step:
        steps.train(step, subject)
    if evaluating.is_evaluated(subject):
        with stages.stage(evaluating.EVALUATE) as step:
            evaluating.evaluate(step, subject)
    with stages.stage(steps.SERVE) as step:
        model = steps.serve(step, subject)
    with stages.stage(steps.ASK) as step:
        comparison = steps.ask(step, subject)
    report, page = evaluating.report(place, subject)
    done = Summary(
        summary.stacks_of(subject),
        deployment.unchanged,
        model,
        comparison,
        stages.seconds,
        report,
        place.shown(page),
    )
    return Outcome(summary.document(done), lambda width: summary.render(done, width), page)


MAIN_JOB = Demonstration(summary.HEADER, perform)
