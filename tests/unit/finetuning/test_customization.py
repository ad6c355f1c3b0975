"""What each customization type asks for besides data, and what it makes of it."""

from datetime import date

import pytest

from finetuning import catalog, customization, teachers

LITE, PRO, LITE_2, LLAMA, HAIKU = map(
    catalog.find, ("nova-lite", "nova-pro", "nova-2-lite", "llama-3.1-8b", "claude-3-haiku")
)
REGION, ACCOUNT, TODAY = "us-east-1", "111122223333", date(2026, 11, 22)
GRADER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:grade"
NOVA_PRO = "amazon.nova-pro-v1:0"


def said(kind, base_model=LITE, on=TODAY, region=REGION, **given):
    """Return what is said about a configuration, line by line."""
    asked = {"teacher": None, "reward": None, "hyperparameters": {}} | given
    found = customization.problems(kind, base_model, **asked, region=region, account=ACCOUNT, on=on, path="training")
    return [str(problem) for problem in found]


def taught(model, **more):
    """Return the section of a teacher."""
    return {"model": model, "max_response_tokens": None} | more


@pytest.mark.parametrize(
    ("kind", "base_model", "given"),
    [
        ("FINE_TUNING", LITE, {}),
        ("CONTINUED_PRE_TRAINING", LITE, {}),
        ("DISTILLATION", LITE, {"teacher": taught(NOVA_PRO)}),
        ("DISTILLATION", LITE, {"teacher": taught(f"us.{NOVA_PRO}", max_response_tokens=1000)}),
        ("DISTILLATION", LITE, {"teacher": taught(f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA_PRO}")}),
        (
            "DISTILLATION",
            LITE,
            {"teacher": taught(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/us.{NOVA_PRO}")},
        ),
        ("REINFORCEMENT_FINE_TUNING", LITE_2, {"reward": {"function_arn": GRADER}}),
        ("REINFORCEMENT_FINE_TUNING", LITE_2, {"reward": {"function_arn": f"{GRADER}:live"}}),
    ],
    ids=["fine-tuning", "pre-training", "model", "profile", "model-arn", "profile-arn", "grader", "alias"],
)
def test_complete_configuration_has_no_problem(kind, base_model, given):
    """What is documented is accepted."""
    assert said(kind, base_model, **given) == []


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (
            "DISTILLATION",
            {},
            "training.teacher: is required with customization_type 'DISTILLATION'; "
            'add "teacher": {"model": "<the larger model that answers>"}',
        ),
        (
            "REINFORCEMENT_FINE_TUNING",
            {},
            "training.reward: is required with customization_type 'REINFORCEMENT_FINE_TUNING'; "
            'add "reward": {"function_arn": "<the Lambda function that grades the answers>"}',
        ),
        (
            "FINE_TUNING",
            {"teacher": taught(NOVA_PRO)},
            "training.teacher: is for customization_type 'DISTILLATION', got 'FINE_TUNING'; remove it",
        ),
        (
            "FINE_TUNING",
            {"reward": {"function_arn": GRADER}},
            "training.reward: is for customization_type 'REINFORCEMENT_FINE_TUNING', got 'FINE_TUNING'; remove it",
        ),
        (
            "DISTILLATION",
            {"teacher": taught(NOVA_PRO), "is_custom_model": True},
            "training.customization_type: a custom model can be trained further by FINE_TUNING, got 'DISTILLATION'; "
            "name a base model, or remove customization_type",
        ),
        (
            "DISTILLATION",
            {"teacher": taught(NOVA_PRO), "hyperparameters": {"epochCount": 2}},
            "training.hyperparameters: no hyperparameter of DISTILLATION is documented, got epochCount; remove them, "
            'and Bedrock chooses; or add "hyperparameters" to training.accept_unknown, and they are handed '
            "on unchecked",
        ),
    ],
    ids=["no-teacher", "no-reward", "vain-teacher", "vain-reward", "custom-model", "hyperparameters"],
)
def test_section_that_is_missing_or_in_vain_is_told(kind, given, expected):
    """Each at its own path, with what to do."""
    assert said(kind, LITE, **given) == [expected]


def test_undocumented_hyperparameters_can_be_accepted():
    """They are then handed on as strings."""
    given = {"teacher": taught(NOVA_PRO), "hyperparameters": {"epochCount": 2}}
    assert said("DISTILLATION", LITE, **given, accept_unknown=("hyperparameters",)) == []
    assert customization.job_hyperparameters("DISTILLATION", LITE, {"epochCount": 2}) == {"epochCount": "2"}


PREMIER = "amazon.nova-premier-v1:0"


@pytest.mark.parametrize(
    ("base_model", "teacher", "on", "expected"),
    [
        (
            LITE,
            "amazon.nova-pro-v2:0",
            TODAY,
            f"'amazon.nova-pro-v2:0' is not documented as a teacher of Nova Lite; allowed: {NOVA_PRO}; "
            f"did you mean {NOVA_PRO!r}?",
        ),
        (
            PRO,
            f"us.{PREMIER}",
            TODAY,
            f"teacher {PREMIER} reached its end of life on 2026-09-14; living teachers of Nova Pro: none is left",
        ),
        (
            PRO,
            PREMIER,
            date(2026, 1, 15),
            f"{PREMIER} teaches through an inference profile only, got {PREMIER!r}; name its profile, such as "
            f"us.{PREMIER}",
        ),
        (
            LITE,
            f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA_PRO}",
            TODAY,
            "the teacher's ARN is of us-west-2, and the environment is in 'us-east-1'",
        ),
        (
            LITE,
            f"arn:aws:bedrock:{REGION}:999999999999:inference-profile/us.{NOVA_PRO}",
            TODAY,
            f"the teacher's ARN is of account 999999999999, and the environment's is {ACCOUNT}",
        ),
        (
            LLAMA,
            "us.meta.llama3-1-405b-instruct-v1:0",
            date(2026, 1, 15),
            "meta.llama3-1-405b-instruct-v1:0 does not teach through an inference profile, got "
            "'us.meta.llama3-1-405b-instruct-v1:0'; name the model, meta.llama3-1-405b-instruct-v1:0",
        ),
    ],
    ids=["unknown", "ended", "profile-needed", "other-region", "other-account", "profile-refused"],
)
def test_teacher_that_cannot_teach_is_refused_with_the_choices(base_model, teacher, on, expected):
    """By what AWS documents for the student, on the day."""
    assert said("DISTILLATION", base_model, on, teacher=taught(teacher)) == [f"training.teacher.model: {expected}"]


def test_grader_is_in_the_account_and_region_of_the_environment():
    """Both are told at once."""
    elsewhere = {"function_arn": "arn:aws:lambda:eu-west-1:999999999999:function:grade"}
    assert said("REINFORCEMENT_FINE_TUNING", LITE_2, reward=elsewhere) == [
        "training.reward.function_arn: the function is in eu-west-1, and the environment is in 'us-east-1'",
        f"training.reward.function_arn: the function is of account 999999999999, and the environment's is {ACCOUNT}",
    ]


BOUNDS = {
    "epochCount": ((1, 50), (0, 51, 1.5, "x", True)),
    "batchSize": ((16, 512), (15, 513)),
    "learningRate": (("1e-7", 0.001), (9e-8, 0.0011)),
    "maxPromptLength": ((1, 100_000), (0,)),
    "trainingSamplePerPrompt": ((2, 16), (1, 17)),
    "inferenceMaxTokens": ((1, 100_000), (0,)),
    "reasoningEffort": (("low", "medium", "high"), ("none", 1)),
    "evalInterval": ((1, 100), (0, 101)),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_hyperparameter_of_reinforcement_is_taken_up_to_its_bounds(name):
    """At, below and above each of them."""
    good, bad = BOUNDS[name]
    given = {"reward": {"function_arn": GRADER}}
    for value in good:
        assert said("REINFORCEMENT_FINE_TUNING", LITE_2, **given, hyperparameters={name: value}) == []
    for value in bad:
        (problem,) = said("REINFORCEMENT_FINE_TUNING", LITE_2, **given, hyperparameters={name: value})
        assert problem.startswith(f"training.hyperparameters.{name}: must be ")
        assert problem.endswith(f"got {value!r}")


def test_unknown_hyperparameter_of_reinforcement_is_guessed():
    """As everywhere."""
    given = {"reward": {"function_arn": GRADER}, "hyperparameters": {"epochs": 1}}
    (problem,) = said("REINFORCEMENT_FINE_TUNING", LITE_2, **given)
    assert "allowed: epochCount, batchSize" in problem
    assert "did you mean 'epochCount'?" in problem


def test_config_of_a_distillation_names_the_teacher():
    """And the longest answer only if it is given."""
    config = customization.config("DISTILLATION", teacher=taught(NOVA_PRO), reward=None, hyperparameters={})
    assert config == {"distillationConfig": {"teacherModelConfig": {"teacherModelIdentifier": NOVA_PRO}}}
    longest = taught(NOVA_PRO, max_response_tokens=500)
    config = customization.config("DISTILLATION", teacher=longest, reward=None, hyperparameters={}) or {}
    assert config["distillationConfig"]["teacherModelConfig"]["maxResponseLengthForInference"] == 500


def test_config_of_reinforcement_holds_the_hyperparameters_as_numbers():
    """And none stand beside it; other spellings of the same give the same."""
    reward = {"function_arn": GRADER}
    spellings = ({"epochCount": 2, "learningRate": 5e-05}, {"learningRate": "0.00005", "epochCount": "2"})
    configs = [
        customization.config("REINFORCEMENT_FINE_TUNING", teacher=None, reward=reward, hyperparameters=values) or {}
        for values in spellings
    ]
    assert configs[0] == configs[1]
    assert configs[0]["rftConfig"]["hyperParameters"] == {"epochCount": 2, "learningRate": 5e-05}
    assert configs[0]["rftConfig"]["graderConfig"] == {"lambdaGrader": {"lambdaArn": GRADER}}
    assert customization.job_hyperparameters("REINFORCEMENT_FINE_TUNING", LITE_2, spellings[0]) == {}


@pytest.mark.parametrize("kind", ["FINE_TUNING", "CONTINUED_PRE_TRAINING"])
def test_other_types_have_no_config(kind):
    """Their hyperparameters are the base model's own."""
    assert customization.config(kind, teacher=None, reward=None, hyperparameters={"epochCount": 2}) is None
    assert customization.job_hyperparameters(kind, LITE, {"epochCount": 2}) == {"epochCount": "2"}
    assert customization.uses_base_model_hyperparameters(kind)
    assert customization.is_billed_by_training_tokens(kind)


def test_model_that_cannot_be_distilled_has_no_teachers():
    """That it cannot is said elsewhere; an identifier is still read."""
    assert teachers.known_of(HAIKU) == ()
    assert teachers.of(HAIKU, NOVA_PRO).profile is None
    assert said("DISTILLATION", HAIKU, teacher=taught(NOVA_PRO)) == []
