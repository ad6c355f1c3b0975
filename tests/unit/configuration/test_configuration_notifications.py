"""Who is told of alarms and troubles: checked at synth, because SNS would refuse it in the middle of a deployment."""

import pytest

import configuration

PATH = "environments.dev.notifications"


def test_nobody_is_told_by_default(context, dev):
    """The topic is there all the same, for those who subscribe by hand."""
    assert configuration.load(context, None).environment.notifications == ()


@pytest.mark.parametrize(
    "subscriber",
    [
        "ml-platform@example.com",
        "first.last+aws@sub.example.co.uk",
        "https://events.example.com",
        "https://events.example.com/integration/0123/enqueue?team=ml",
    ],
)
def test_addresses_and_urls_are_taken(context, dev, subscriber):
    """What SNS calls the protocols email and https."""
    context["environments"]["dev"]["notifications"] = [subscriber]
    assert configuration.load(context, None).environment.notifications == (subscriber,)


@pytest.mark.parametrize(
    "subscriber",
    [
        "",
        "ml-platform",
        "@example.com",
        "ml-platform@",
        "ml-platform@example",
        "two@example.com,three@example.com",
        "two words@example.com",
        "mailto:ml-platform@example.com",
        "http://events.example.com",
        "https://",
        "https://user@events.example.com/x y",
        "+15550100",
        "ml-platform@example.com\n",
    ],
)
def test_what_sns_would_refuse_is_refused(context, dev, problems_of, subscriber):
    """Unencrypted URLs too: a notice names resources."""
    context["environments"]["dev"]["notifications"] = [subscriber]
    (problem,) = problems_of(context)
    assert problem == f"{PATH}.0: must be an e-mail address or an https:// URL, got {subscriber!r}"


def test_all_problems_are_told_at_once(context, dev, problems_of):
    """Each with its place in the list."""
    context["environments"]["dev"]["notifications"] = ["x", "ok@example.com", 3, None]
    dev["endpoint"]["serving"] = "nowhere"
    found = problems_of(context)
    assert found[:3] == [
        f"{PATH}.0: must be an e-mail address or an https:// URL, got 'x'",
        f"{PATH}.2: must be a string, got 3",
        f"{PATH}.3: must be a string, got None",
    ]
    assert len(found) == 4


@pytest.mark.parametrize("value", ["ml-platform@example.com", {"email": "x"}, 3, None])
def test_one_address_without_its_list_is_refused(context, dev, problems_of, value):
    """A string is not taken for a list of characters."""
    context["environments"]["dev"]["notifications"] = value
    assert problems_of(context) == [f"{PATH}: must be a list, got {value!r}"]


def test_repeated_subscriber_is_refused(context, dev, problems_of):
    """CloudFormation would fail on the second subscription."""
    context["environments"]["dev"]["notifications"] = ["a@example.com", "b@example.com", "a@example.com"]
    (problem,) = problems_of(context)
    assert problem.startswith(f"{PATH}: must name each value once; repeated: a@example.com, got [")
