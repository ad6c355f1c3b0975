"""Customization jobs: names, tokens, quota, stopping."""

from collections import deque

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.jobs import JobQuotaError, NameTakenError, RequestRefusedError, RoleNotAssumableError
from tests.contract.gateways.place import Place, another_name, job_once, started, trained, untagged

pytestmark = pytest.mark.xdist_group("gateways")


def test_unknown_job_is_none(place: Place) -> None:
    """None means: looked for by name and not found."""
    assert place.ours.jobs.find(another_name()) is None


def test_created_job_is_found_by_name(place: Place) -> None:
    """With its ARN, and without a model before it has ended."""
    name = another_name()
    arn = started(place, place.request(name))
    found = place.ours.jobs.find(name)
    assert found is not None
    assert (found.arn, found.status, found.failure) == (arn, "InProgress", "")
    assert (found.model_arn, found.model_status) == ("", None)


def test_job_completes_with_an_active_model(place: Place) -> None:
    """The model appears under the job's own name."""
    model_arn = trained(place)
    assert ":custom-model/" in model_arn
    assert place.ours.jobs.model_status(model_arn) == "Active"


def test_same_request_twice_is_one_job(place: Place) -> None:
    """The token derives from the request (fault B06)."""
    request = place.request(another_name())
    assert started(place, request) == place.ours.jobs.create(request)


@pytest.mark.parametrize("taken", ["jobName", "customModelName"])
def test_taken_name_is_refused(place: Place, taken: str) -> None:
    """By whoever, for whatever else was asked (faults B09, B10)."""
    first = place.request(another_name())
    started(place, first)
    second = {**place.request(another_name()), taken: first[taken]}
    with pytest.raises(NameTakenError, match="currently in use"):
        started(place, second)


def test_job_name_stays_taken_when_the_job_has_ended(place: Place) -> None:
    """A job's record is never deleted."""
    name = another_name()
    request = place.request(name)
    started(place, request)
    place.ours.jobs.stop(name)
    job_once(place, name, lambda job: job.status == "Stopped")
    with pytest.raises(NameTakenError):
        started(place, {**request, "hyperParameters": {"epochCount": "2"}})


def test_third_job_at_a_time_is_over_the_quota(place: Place) -> None:
    """Two may be scheduled (fault B11); a place is free once one has ended."""
    requests = [place.request(another_name()) for _ in range(6)]
    with pytest.raises(JobQuotaError):
        deque(map(place.ours.jobs.create, requests), maxlen=0)
    started(place, place.request(another_name()))


def test_role_that_bedrock_cannot_assume_is_told_apart(place: Place) -> None:
    """It may only be seconds old (fault B01)."""
    with pytest.raises(RoleNotAssumableError):
        started(place, place.request(another_name(), roleArn=place.untrusting_role))


def test_other_refusal_is_for_good(place: Place) -> None:
    """Nothing was started (fault B03)."""
    name = another_name()
    request = place.without_data(name)
    with pytest.raises(RequestRefusedError, match="Could not validate GetObject permissions"):
        started(place, request)
    assert place.ours.jobs.find(name) is None


def test_job_without_our_tags_is_refused(place: Place) -> None:
    """Our rights end there."""
    with pytest.raises(RequestRefusedError, match="AccessDenied"):
        started(place, untagged(place.request(another_name())))


def test_stopped_job_makes_no_model(place: Place) -> None:
    """It takes its time to stop (fault B12)."""
    name = another_name()
    started(place, place.request(name))
    place.ours.jobs.stop(name)
    stopped = job_once(place, name, lambda job: job.status == "Stopped")
    assert (stopped.model_arn, stopped.model_status) == ("", None)


def test_stopping_what_is_at_rest_or_unknown_changes_nothing(place: Place) -> None:
    """Both may happen after the job ended by itself (fault B13)."""
    name = another_name()
    started(place, place.request(name))
    ended = job_once(place, name, lambda job: job.model_status == "Active")
    place.ours.jobs.stop(name)
    place.ours.jobs.stop(another_name())
    assert place.ours.jobs.find(name) == ended


def test_job_of_somebody_else_is_seen_and_cannot_be_stopped(place: Place) -> None:
    """Its name may be like ours; its tags are not (fault A24)."""
    name = another_name()
    started(place, untagged(place.request(name)), place.others)
    with pytest.raises(ClientError, match="AccessDenied"):
        place.ours.jobs.stop(name)
    found = place.ours.jobs.find(name)
    assert found is not None
    assert found.status in {"InProgress", "Completed"}
