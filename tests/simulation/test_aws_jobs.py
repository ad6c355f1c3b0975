"""The simulated jobs and models: what AWS does not document, both ways, and what scenarios can ask for."""

from dataclasses import fields

import pytest
from botocore.exceptions import ClientError

from finetuning.lifecycle import JobObservation
from lambdas.gateways.jobs import ModelInUseError, NameTakenError, RequestRefusedError, RoleNotAssumableError
from tests.contract.gateways.place import another_name, job_once, started, trained
from tests.simulation.aws.jobs import LONGEST_SECONDS, SHORTEST_SECONDS
from tests.simulation.aws.variants import CHOICES, CONFLICT, VALIDATION, Variants
from tests.simulation.aws_places import HOUR, a_place, later, raw
from tests.simulation.kernel import World


def test_every_variant_is_a_choice_that_is_drawn() -> None:
    """A field without possibilities would always be its default."""
    names = {field.name for field in fields(Variants)}
    assert names == set(CHOICES)
    assert all(getattr(Variants(), name) in choices for name, choices in CHOICES.items())
    drawn = [Variants.draw(World(seed).random) for seed in range(200)]
    for name, choices in CHOICES.items():
        assert {getattr(variants, name) for variants in drawn} == set(choices)


@pytest.mark.parametrize("reuse", ["refused", "same"])
def test_token_with_other_parameters(reuse: str) -> None:
    """Refused, or answered with the first job (fault B07)."""
    place = a_place(token_reuse=reuse)
    create = raw(place).create_model_customization_job
    first = create(**place.request(another_name()), clientRequestToken="token")["jobArn"]
    other = place.request(another_name())
    if reuse == "same":
        assert create(**other, clientRequestToken="token")["jobArn"] == first
    else:
        with pytest.raises(ClientError, match="already used with different parameters"):
            create(**other, clientRequestToken="token")
    assert len(place.account.bedrock.purchases) == 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_token_may_be_forgotten_after_an_hour(forgotten: bool) -> None:
    """Then the name is what protects from a second job (fault B08)."""
    place = a_place(token_seconds=HOUR if forgotten else float("inf"))
    request = place.request(another_name())
    arn = place.ours.jobs.create(request)
    later(place, HOUR - 1)
    assert place.ours.jobs.create(request) == arn
    later(place, 2)
    if forgotten:
        with pytest.raises(NameTakenError):
            place.ours.jobs.create(request)
    else:
        assert place.ours.jobs.create(request) == arn
    assert len(place.account.bedrock.purchases) == 1


@pytest.mark.parametrize("code", [CONFLICT, VALIDATION])
def test_taken_name_may_have_either_code(code: str) -> None:
    """The gateway knows both."""
    place = a_place(name_taken=code)
    request = place.request(another_name())
    started(place, request)
    with pytest.raises(NameTakenError):
        started(place, {**request, "hyperParameters": {"epochCount": "2"}})


@pytest.mark.parametrize("forever", [True, False])
def test_name_of_a_deleted_model_may_be_free_again(forever: bool) -> None:
    """While its job runs or the model exists it is taken in any case (fault B10)."""
    place = a_place(model_names_forever=forever)
    name = another_name()
    request = place.request(another_name(), customModelName=name)
    started(place, place.request(name))
    with pytest.raises(NameTakenError):
        started(place, request)
    model_arn = job_once(place, name, lambda job: job.model_status == "Active").model_arn
    with pytest.raises(NameTakenError):
        started(place, request)
    place.ours.jobs.delete_model(model_arn)
    if forever:
        with pytest.raises(NameTakenError):
            started(place, request)
    else:
        started(place, request)


@pytest.mark.parametrize(("completes", "outcomes"), [(False, {"Stopped"}), (True, {"Stopped", "Completed"})])
def test_job_that_is_being_stopped_may_complete(completes: bool, outcomes: set[str]) -> None:
    """With a model that nobody expects (fault B13)."""
    found = set()
    for _ in range(12):
        place = a_place(completes_while_stopping=completes)
        place.world.random.seed(another_name())
        name = another_name()
        started(place, place.request(name))
        later(place, 60)
        place.ours.jobs.stop(name)
        job = job_once(place, name, lambda job: job.status not in {"InProgress", "Stopping"})
        assert bool(job.model_arn) == (job.status == "Completed")
        found.add(job.status)
    assert found == outcomes


def test_job_that_ends_by_itself_while_it_is_stopped_makes_no_model_unless_it_may() -> None:
    """The stop was accepted first."""
    place = a_place()
    place.account.bedrock.jobs.next_duration = 61.0
    name = another_name()
    started(place, place.request(name))
    later(place, 60)
    place.ours.jobs.stop(name)
    assert job_once(place, name, lambda job: job.status != "Stopping").status == "Stopped"


def test_only_a_running_job_can_be_stopped() -> None:
    """The gateway looks first; another stop may be faster than this one."""
    place = a_place()
    name = another_name()
    arn = started(place, place.request(name))
    place.ours.jobs.stop(name)
    with pytest.raises(ClientError, match="is Stopping and cannot be stopped"):
        raw(place).stop_model_customization_job(jobIdentifier=arn)
    assert [change.what for change in place.account.bedrock.changes] == ["stopped"]


def test_model_may_come_long_after_its_job() -> None:
    """First no ARN, then a model that is being created, then an active one (fault B15)."""
    place = a_place(model_late_seconds=600.0)
    name = another_name()
    started(place, place.request(name))
    seen: list[JobObservation] = []

    def look() -> bool:
        job = place.ours.jobs.find(name)
        assert job is not None
        if job.status == "Completed":
            seen.append(job)
        return job.model_status == "Active"

    place.eventually(look)
    assert [bool(job.model_arn) for job in seen][:1] == [False]
    assert list(dict.fromkeys(job.model_status for job in seen)) == [None, "Creating", "Active"]
    with pytest.raises(ModelInUseError):
        _delete_while_creating()


def _delete_while_creating() -> None:
    place = a_place(model_late_seconds=600.0)
    name = another_name()
    started(place, place.request(name))
    place.ours.jobs.delete_model(job_once(place, name, lambda job: job.model_status == "Creating").model_arn)


def test_job_takes_minutes_to_days() -> None:
    """Or as long as a scenario says."""
    place = a_place()
    place.account.bedrock.set_quota(jobs=1000)
    for _ in range(200):
        started(place, place.request(another_name()))
    ends = sorted(job.ends_at for job in place.account.bedrock.site.jobs.truth.values())
    assert SHORTEST_SECONDS <= ends[0] < HOUR
    assert 24 * HOUR < ends[-1] <= LONGEST_SECONDS


def test_job_fails_when_it_is_asked_to() -> None:
    """After it was accepted (fault B04); the next one does not."""
    place = a_place()
    place.account.bedrock.fail_next_job("Unable to parse Amazon S3 file")
    name = another_name()
    started(place, place.request(name))
    job = job_once(place, name, lambda job: job.status != "InProgress")
    assert (job.status, job.failure, job.model_arn) == ("Failed", "Unable to parse Amazon S3 file", "")
    trained(place)
    place.account.bedrock.odds.job_fails = 1.0
    name = another_name()
    started(place, place.request(name))
    assert job_once(place, name, lambda job: job.status != "InProgress").status == "Failed"


def test_creation_is_refused_when_it_is_asked_to_be() -> None:
    """Access to S3 or to the key (faults B03, F01), or a role that is not there yet (fault B01)."""
    place = a_place()
    bedrock = place.account.bedrock
    bedrock.refuse_next_job("is not authorized to perform: kms:CreateGrant", code="AccessDeniedException")
    request = place.request(another_name())
    with pytest.raises(RequestRefusedError, match="AccessDeniedException: is not authorized to perform: kms:Create"):
        place.ours.jobs.create(request)
    bedrock.jobs.role_ready_at = 10.0
    with pytest.raises(RoleNotAssumableError):
        place.ours.jobs.create(request)
    later(place, 10.0)
    place.ours.jobs.create(request)
    assert [purchase.name for purchase in bedrock.purchases] == [request["jobName"]]
