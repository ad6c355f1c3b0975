"""Documented examples, placeholders and other numbers that look like secrets or personal data are no findings."""

import pytest

from finetuning.dataset.inspections.text_inspection import SecretsAndPersonalData
from tests.fakes.records import HAIKU, findings, made, messages

KEY = made(40)
EXAMPLES = [
    "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "ghp_" + "x" * 36,
    "ghp_" + "ab" * 18,
    "sk-ant-api03-your-key-here-your-key-here-your-key-here",
    "sk-proj-1234567890abcdefghijklmnopqrstuvwxyz1234567890",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----\n" + KEY * 4,
    "-----BEGIN CERTIFICATE-----\n" + KEY * 4,
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0." + made(43),
    f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzb21lIjoicGF5bG9hZCJ9.{made(43)}",
    "postgres://user:password@db.acme.io/x",
    "postgres://user:PASSWORD@db.acme.io/x",
    "postgres://user:${SECRET_9f}@db.acme.io/x",
    f"postgres://user:{made(12)}@localhost:5432/x",
    f"postgres://user:{made(12)}@db.example.com/x",
    "https://acme.io:8443/a@b",
    "https://user@acme.io/x",
    "git@github.com:a/b.git",
    "bob@example.com",
    "bob@mail.example.co.uk",
    "bob@corp.internal",
    "support@acme.io",
    "No-Reply+x@acme.io",
    "icon@2x.png",
    "react@18.2.0",
    "a@b",
    "4111 1111 1111 1111",
    "4242424242424242",
    "4539 1488 0343 6468",
    "1234567890123456",
    "1700000000000000",
    "45391488034364670",
    "12-4539148803436467",
    "078-05-1120",
    "123-45-6789",
    "111-22-3333",
    "000-22-8716",
    "666-22-8716",
    "900-22-8716",
    "536-00-8716",
    "536-22-0000",
    "536-22-87165",
    "1-536-22-8716",
    "536-22-8716-1",
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013001",
    "FR1420041010050500013M0260",
    "+1 415 555 0123",
    "+44 20 7946 0958",
    "+15551231234",
    "+1980-02-29 01:02:03",
    "+1234567890",
    "+1000000000",
    "i+4930901820123",
    "+49 30",
    "arn:aws:iam::123456789012:role/x",
    "2024-01-15T10:00:00+0200",
]


@pytest.mark.parametrize("before", ["", "x\n", "“"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_documented_example_or_other_number_is_not_found(example, before):
    record = messages("q", f"{before}{example}\nend")
    assert findings(SecretsAndPersonalData(HAIKU), [record]) == []
