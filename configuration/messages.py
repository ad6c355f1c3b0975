"""Turns pydantic's findings into problems that say what was received, what is allowed and what to do."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from configuration import fields
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

_A_DATE = "must be a date like '2026-01-15'"
_EXPECTED = {
    "string_type": "must be a string",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "int_type": "must be an integer",
    "int_parsing": "must be an integer",
    "int_parsing_size": "must be an integer",
    "int_from_float": "must be an integer",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "finite_number": "must be a finite number",
    "string_too_short": "must not be empty",
    "date_parsing": _A_DATE,
    "date_from_datetime_parsing": _A_DATE,
    "date_from_datetime_inexact": _A_DATE,
    "date_type": _A_DATE,
}
#: By what pydantic calls the bound, ``{bound}``.
_BOUNDS = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be greater than or equal to {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be less than or equal to {le}",
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} entries, got {actual_length}",
    "too_short": "must have at least {min_length} entry",
}
_PATTERNS = {
    "account": "must be a 12-digit AWS account id",
    "region": "must be an AWS Region such as 'us-east-1'",
    "media": "must be a folder of a bucket, 's3://bucket/folder/', with letters, digits and _ - . in its name",
    "key_arn": "must be the ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>'",
    "service_role_arn": "must be the ARN of a role, 'arn:aws:iam::<account>:role/<name>'",
    "permissions_boundary": "must be the ARN of a managed policy, 'arn:aws:iam::<account>:policy/<name>'",
    "function_arn": "must be the ARN of a Lambda function, 'arn:aws:lambda:<region>:<account>:function:<name>'",
    "vpc_id": "must be the id of a VPC, 'vpc-…'",
    "subnet_ids": "must be the id of a subnet, 'subnet-…'",
    "security_group_ids": "must be the id of a security group, 'sg-…'",
    "repository": "must be 'owner/repository', or with ids 'owner@1234/repository@5678'",
    "default_branch": "must be the name of a branch such as 'main'",
    "oidc_provider_arn": "must be the ARN of GitHub's identity provider, "
    "'arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com'",
    "workload_accounts": "must be a 12-digit AWS account id",
    "external_id": "must be 2 to 1,224 letters, digits and _ + = , . @ : / -",
    "data_buckets": "must be the name of a bucket",
    "bootstrap_qualifier": "must be 1 to 10 lower-case letters and digits",
    "id": "must be 1 to 64 letters, digits and . _ -",
    "tags": "must have letters, digits, spaces and . _ : / = + @ - only",
}


def problems(section: type[BaseModel], error: ValidationError, path: str) -> Iterator[Problem]:
    """Yield one problem for each finding, in pydantic's order.

    Args:
        section: the model that refused the value; its fields are the allowed ones.
        error: what it raised.
        path: dotted path of the value in the configuration.
    """
    for details in error.errors(include_url=False):
        yield _problem(section, details, path)


def fields_at(section: type[BaseModel], location: Sequence[int | str]) -> tuple[str, ...]:
    """Return the fields that are known at a location, or nothing where any key is allowed."""
    annotation: Any = section
    for step in location:
        nested = fields.section_of(annotation)
        if nested is not None:
            field = nested.model_fields.get(str(step))
            annotation = field.annotation if field else None
        else:
            annotation = fields.entries_of(annotation)
    found = fields.section_of(annotation)
    return tuple(found.model_fields) if found else ()


def shown(value: object) -> str:
    """Return a value as it may stand in a message: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _problem(section: type[BaseModel], details: ErrorDetails, path: str) -> Problem:
    location = details["loc"]
    where = ".".join([path, *(str(step) for step in location if step != "[key]")])
    kind, value = details["type"], details["input"]
    if kind == "extra_forbidden":
        known = fields_at(section, location[:-1])
        guess = did_you_mean(str(location[-1]), known)
        return Problem(where, f"unknown field; allowed: {', '.join(known)}", guess or "remove it")
    if kind == "missing":
        return Problem(where, "is required", "add it")
    if kind == "literal_error":
        return _not_one_of(details, where)
    what = "its name " if location and location[-1] == "[key]" else ""
    return Problem(where, f"{what}{_expectation(details)}, got {shown(value)}")


def _not_one_of(details: ErrorDetails, where: str) -> Problem:
    value, expected = details["input"], details["ctx"]["expected"]
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    guess = did_you_mean(value, words) if isinstance(value, str) else ""
    return Problem(where, f"must be {expected}, got {shown(value)}", guess)


def _expectation(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**context)
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        names = [str(step) for step in details["loc"] if str(step) in _PATTERNS]
        return _PATTERNS[names[-1]] if names else f"must match {context['pattern']}"
    sentence = details["msg"].replace("Input should", "must")
    return sentence[:1].lower() + sentence[1:]
