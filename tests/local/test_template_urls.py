"""Templates that are too big for a request come from S3."""

import json

import pytest

from tests.local.account import Account

BUCKET, KEY = "cdk-assets-template", "cdk/models/0123.yml"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("from-regional-host", f"https://{BUCKET}.s3.us-west-2.amazonaws.com/{KEY}"),
        ("from-host", f"https://{BUCKET}.s3.amazonaws.com/{KEY}"),
        ("from-path", f"https://s3.us-west-2.amazonaws.com/{BUCKET}/{KEY}"),
    ],
)
def test_template_is_read_from_the_url_of_an_object(account: Account, name: str, url: str) -> None:
    """Also in an account other than the first."""
    other = Account(account.endpoint_url, account.region, "333333333333")
    s3, cloudformation = other.client("s3"), other.client("cloudformation")
    if BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": account.region})
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(template))
    change = {"ChangeSetName": "first", "ChangeSetType": "CREATE", "TemplateURL": url}
    cloudformation.create_change_set(StackName=name, **change)
    cloudformation.execute_change_set(StackName=name, ChangeSetName="first")
    assert other.ended_stack(name)["StackStatus"] == "CREATE_COMPLETE"
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    assert [resource["LogicalResourceId"] for resource in resources] == ["Topic"]
