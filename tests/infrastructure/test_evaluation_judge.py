"""What a configuration names besides: a larger model to compare with, a judge, and evaluation jobs."""

import aws_cdk as cdk
import pytest

import app
from tests.infrastructure.expected_actions import EVALUATION_ACTIONS, JUDGE_JOB_ACTIONS
from tests.infrastructure.synthesis import ACCOUNT, Synthesis, context
from tests.infrastructure.template import actions_of, as_list, statement_with, text_of

EVALUATION = {
    "preset": "knowledge",
    "larger_model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "judge": {"model": "amazon.nova-pro-v1:0", "runs_as": "evaluation_job"},
}
PROFILE = f"inference-profile/{EVALUATION['larger_model']}"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The development environment with an evaluation."""
    given = context("dev")
    model = given["environments"]["dev"]["models"]["faq"]
    model["evaluation"] = EVALUATION
    model["training"]["dataset"]["test"] = "datasets/bedrock-faq/validation.jsonl"
    folder = tmp_path_factory.mktemp("judged")
    made = cdk.App(context=given, outdir=str(folder), analytics_reporting=False)
    assert app.synthesize(made, None) == 0
    return Synthesis("dev", folder)


def test_judge_jobs_take_a_few_rights_more(judged: Synthesis) -> None:
    """Only where a configuration orders such jobs."""
    assert actions_of(judged.resources("Control"), "EvaluationFunction") == EVALUATION_ACTIONS | JUDGE_JOB_ACTIONS


def test_larger_model_is_asked_through_its_profile_only(judged: Synthesis) -> None:
    """The profile chooses the Region; the condition bounds the right to this profile."""
    asked = statement_with(judged.resources("Control"), "EvaluationFunction", "bedrock:InvokeModel")
    profiled = [s for s in asked if "ArnEquals" in s.get("Condition", {})]
    (condition,) = [text_of(s["Condition"]["ArnEquals"]["bedrock:InferenceProfileArn"]) for s in profiled]
    assert condition == f"arn:aws:bedrock:us-east-1:{ACCOUNT}:{PROFILE}"
    (model,) = [text_of(arn) for s in profiled for arn in as_list(s["Resource"])]
    assert model == "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert condition in [text_of(arn) for s in asked if "Condition" not in s for arn in as_list(s["Resource"])]


def test_judge_role_is_bedrocks_for_evaluation_jobs_of_this_account(judged: Synthesis) -> None:
    """Source: Bedrock User Guide, 'Required service role permissions ... that uses a judge model', trust policy."""
    control = judged.resources("Control")
    role = judged.logical_id("Control", "AWS::IAM::Role", "EvaluationJudgeJobsRole")
    (trust,) = control[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    arn = text_of(trust["Condition"]["ArnEquals"]["aws:SourceArn"])
    assert arn == f"arn:aws:bedrock:us-east-1:{ACCOUNT}:evaluation-job/*"
    (written,) = statement_with(control, "EvaluationJudgeJobs", "s3:PutObject")
    assert text_of(written["Resource"]).endswith("/evaluations/*")
    (asked,) = statement_with(control, "EvaluationJudgeJobs", "bedrock:InvokeModel")
    assert text_of(asked["Resource"]) == "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"


def test_judge_role_is_passed_to_bedrock_only(judged: Synthesis) -> None:
    """And jobs are ordered with the owner tags only."""
    control = judged.resources("Control")
    (passed,) = statement_with(control, "EvaluationFunction", "iam:PassRole")
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    ordered = statement_with(control, "EvaluationFunction", "bedrock:CreateEvaluationJob")
    jobs = [s for s in ordered if any("evaluation-job" in text_of(arn) for arn in as_list(s["Resource"]))]
    assert [s["Condition"]["StringEquals"] for s in jobs] == [
        {"aws:RequestTag/finetuning:project": "finetuning", "aws:RequestTag/finetuning:environment": "dev"}
    ]


def test_nag_finds_nothing_and_no_acknowledgement_is_idle(judged: Synthesis) -> None:
    """Every finding is acknowledged where it is, with a reason; and nothing else is."""
    (report,) = [plugin for plugin in judged.report if plugin["pluginName"] == "AwsSolutions"]
    assert report["violations"] == []
    used = {(v["acknowledgedId"], v["acknowledgedAt"]) for v in report["suppressedViolations"]}
    given = {finding for finding in judged.acknowledgements() if "/Evaluation/" in finding[1]}
    assert given == {finding for finding in used if "/Evaluation/" in finding[1]}
