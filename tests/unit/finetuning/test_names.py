"""Names fit Bedrock's patterns and lengths, and a job's name leads back to its model."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import names, object_keys

LETTERS = "abz"


def words(minimum: int, maximum: int) -> st.SearchStrategy[str]:
    """Return words joined by single hyphens, up to the longest that are legal."""
    rest = st.text(f"{LETTERS}09-", max_size=maximum - 1)
    joined = st.builds(lambda first, more: re.sub("-+", "-", first + more).rstrip("-"), st.sampled_from(LETTERS), rest)
    return joined.map(lambda word: word.ljust(minimum, "x"))


projects = words(1, 16)
environments = st.from_regex(names.ENVIRONMENT, fullmatch=True)
models = words(2, 18)
fingerprints = st.text("0123456789abcdef", min_size=64, max_size=64)
attempts = st.integers(1, 99)


@given(projects, environments, models, fingerprints, attempts)
def test_every_legal_part_gives_names_that_bedrock_accepts(project, environment, model, fingerprint, attempt):
    """Job, custom model and endpoint names match Bedrock's patterns and stay within 63 characters."""
    parts = (project, environment, model, fingerprint, attempt)
    assert names.BEDROCK_JOB_NAME.fullmatch(names.job_name(*parts))
    assert names.BEDROCK_CUSTOM_MODEL_NAME.fullmatch(names.custom_model_name(*parts))
    assert names.BEDROCK_ENDPOINT_NAME.fullmatch(names.endpoint_name(*parts))
    assert len(names.job_name(*parts)) <= 63


@given(projects, environments, models, fingerprints, attempts)
def test_job_name_leads_back_to_its_model(project, environment, model, fingerprint, attempt):
    """The model of a job is the inverse of the job's name."""
    name = names.job_name(project, environment, model, fingerprint, attempt)
    assert names.model_of_job(project, environment, name) == model
    assert name.startswith(names.job_name_prefix(project, environment))


@given(models, fingerprints, attempts, st.integers(1, 999_999_999))
def test_execution_name_is_legal_for_step_functions(model, fingerprint, attempt, driver_attempt):
    """Execution names have at most 80 characters of letters, digits, hyphens and underscores."""
    name = names.execution_name(model, names.generation_id(fingerprint, attempt), driver_attempt)
    assert names.EXECUTION_NAME.fullmatch(name)


@given(fingerprints, attempts)
def test_generation_is_taken_apart_into_what_made_it(fingerprint, attempt):
    """Parsing a generation id gives the fingerprint's beginning and the attempt."""
    assert names.parse_generation(names.generation_id(fingerprint, attempt)) == (fingerprint[:10], attempt)


@given(models, fingerprints, attempts)
def test_output_uri_is_one_that_bedrock_accepts(model, fingerprint, attempt):
    """The output URI matches Bedrock's S3Uri pattern."""
    uri = object_keys.output_uri("finetuning-dev-output-111122223333", model, names.generation_id(fingerprint, attempt))
    assert object_keys.BEDROCK_S3_URI.fullmatch(uri)


def test_names_are_spelt_as_documented():
    """One example of each name, letter by letter."""
    fingerprint = "0123456789abcdef" * 4
    generation = names.generation_id(fingerprint, 2)
    assert generation == "0123456789-2"
    assert names.job_name("finetuning", "dev", "faq", fingerprint, 2) == "finetuning-dev-faq-0123456789-2"
    assert names.custom_model_name("finetuning", "dev", "faq", fingerprint, 2) == "finetuning-dev-faq-0123456789-2"
    assert names.endpoint_name("finetuning", "dev", "faq", fingerprint, 1) == "finetuning-dev-faq-01234567-1"
    assert names.execution_name("faq", generation, 3) == "faq-0123456789-2-3"
    assert names.pointer_parameter("finetuning", "dev", "faq") == "/finetuning/dev/faq/endpoint"
    assert object_keys.dataset("faq", fingerprint, "training") == f"datasets/faq/{fingerprint}/training.jsonl"
    assert object_keys.incoming("faq", "a-1", "test") == "incoming/faq/a-1/test.jsonl"
    assert object_keys.report("faq", fingerprint, "report.html") == f"reports/faq/{fingerprint[:16]}/report.html"
    assert object_keys.media("faq", fingerprint, "png") == f"datasets/faq/media/{fingerprint}.png"
    assert object_keys.upload("faq", fingerprint, "a.jsonl") == f"uploads/faq/{fingerprint[:16]}/a.jsonl"
    assert object_keys.output_uri("bucket", "faq", generation) == "s3://bucket/outputs/faq/0123456789-2/"
    assert names.owner_tags("finetuning", "dev", "faq", generation) == {
        "finetuning:project": "finetuning",
        "finetuning:environment": "dev",
        "finetuning:model": "faq",
        "finetuning:generation": "0123456789-2",
    }


@pytest.mark.parametrize(
    "name",
    [
        "finetuning-prod-faq-0123456789-1",
        "finetuning-dev-faq",
        "finetuning-dev-faq-0123456789",
        "finetuning-dev-faq-0123456789-0",
        "finetuning-dev-faq-0123456789-100",
        "finetuning-dev-faq-012345678g-1",
        "finetuning-dev--0123456789-1",
        "model-finetune-job-2024-07-01",
    ],
)
def test_foreign_job_has_no_model(name):
    """A job of another environment or of somebody else belongs to no model."""
    assert names.model_of_job("finetuning", "dev", name) is None


@pytest.mark.parametrize("project", ["", "Finetuning", "a--b", "a-", "1a", "a_b", "abcdefghijklmnopq", "a\n", "é"])
def test_rejects_a_project_that_would_make_names_illegal(project):
    """A project with two hyphens in a row, a trailing one, or too many characters is refused."""
    with pytest.raises(names.InvalidNameError, match="project must match"):
        names.prefix(project, "dev", "faq")


@pytest.mark.parametrize("project", ["aws", "aws-tuning", "awsome", "ssm"])
def test_rejects_a_project_whose_pointer_parameter_store_would_refuse(project):
    """`/aws…` and `/ssm…` are reserved: the pointer would fail hours later, after the training was paid."""
    with pytest.raises(names.InvalidNameError, match="project must match"):
        names.pointer_parameter(project, "dev", "faq")


def test_longest_parts_still_fit():
    """The longest project, environment and model with the highest attempt give 60 characters."""
    assert len(names.job_name("p" * 16, "e" * 10, "m" * 18, "0" * 64, 99)) == 60


@pytest.mark.parametrize("attempt", [0, 100])
def test_rejects_an_attempt_out_of_range(attempt):
    """Attempts count from 1 to 99, so that names keep their length."""
    with pytest.raises(names.InvalidNameError, match=f"from 1 to 99, got {attempt}"):
        names.generation_id("0123456789", attempt)


def test_rejects_parts_that_are_not_what_they_should_be():
    """Fingerprints, generations, splits, buckets and driver attempts are checked before they enter a name."""
    with pytest.raises(names.InvalidNameError, match="fingerprint"):
        names.job_name("finetuning", "dev", "faq", "xyz", 1)
    with pytest.raises(names.InvalidNameError, match="generation must look like"):
        names.parse_generation("faq-1")
    with pytest.raises(names.InvalidNameError, match="split must be one of"):
        object_keys.dataset("faq", "0" * 64, "train")
    with pytest.raises(names.InvalidNameError, match="request id"):
        object_keys.incoming("faq", "../1", "training")
    with pytest.raises(names.InvalidNameError, match="extension"):
        object_keys.media("faq", "0" * 64, "p/ng")
    with pytest.raises(names.InvalidNameError, match="output URI"):
        object_keys.output_uri("Bucket", "faq", "0123456789-1")
    with pytest.raises(names.InvalidNameError, match="driver attempt"):
        names.execution_name("faq", "0123456789-1", 0)


def test_simplified_job_name_pattern_accepts_what_bedrock_publishes():
    """Dots, plus signs and runs of hyphens are legal in job names; underscores and a leading hyphen are not."""
    assert names.BEDROCK_JOB_NAME.fullmatch("a.b+c--d-")
    assert not names.BEDROCK_JOB_NAME.fullmatch("a_b")
    assert not names.BEDROCK_JOB_NAME.fullmatch("-a")
    assert not names.BEDROCK_JOB_NAME.fullmatch("a" * 64)
