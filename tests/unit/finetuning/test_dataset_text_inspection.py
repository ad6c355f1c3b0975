"""Secrets and personal data are found where they are, their examples are not, and nothing of them is ever shown."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.dataset.inspections.personal_data import PERSONAL_DATA
from finetuning.dataset.inspections.secrets import SECRETS
from finetuning.dataset.inspections.text_inspection import SecretsAndPersonalData
from tests.fakes.records import ALNUM, HAIKU, NOVA, compact, conversation, findings, made, messages, prompt_completion

KEY = made(37) + "/aZ"
# kind → (what stands around the secret, the secret)
SECRET_VALUES = {
    "AWS access key id": ["AKIA" + made(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), "ASIA" + made(16, "QRSTUVWXYZ234567")],
    "GitHub token": [f"gh{kind}_{made(36)}" for kind in "pousr"] + [f"github_pat_{made(22)}_{made(59)}"],
    "GitLab token": ["glpat-" + made(20), "glrt-" + made(27)],
    "Slack token": [f"xoxb-{made(12, string.digits)}-{made(24)}", f"xapp-1-{made(30)}"],
    "Slack webhook": [f"hooks.slack.com/services/T{made(8, 'ABCDEF012')}/B{made(9, 'ABCDEF012')}/{made(24)}"],
    "Stripe key": ["sk_live_" + made(24), "rk_live_" + made(99)],
    "Google API key": ["AIza" + made(35)],
    "Google OAuth client secret": ["GOCSPX-" + made(28)],
    "Anthropic API key": ["sk-ant-api03-" + made(93)],
    "OpenAI API key": ["sk-proj-" + made(64), "sk-svcacct-" + made(64)],
    "npm token": ["npm_" + made(36)],
    "PyPI token": ["pypi-AgEIcHlwaS5vcmc" + made(120)],
    "Hugging Face token": ["hf_" + made(34, string.ascii_letters)],
    "JSON Web Token": [f"eyJ{made(33)}.eyJ{made(60)}.{made(43)}"],
}
PERSONAL_VALUES = {
    "e-mail address": ["jane.doe@acme.io", "j+x_y%z@mail.acme.co.uk"],
    "US Social Security number": ["536-22-8716"],
    "payment card number": ["4539 1488 0343 6467", "4539-1488-0343-6467", "4539148803436467", "3714 496353 98456"],
    "IBAN": ["FR1420041010050500013M02606", "FR14 2004 1010 0505 0001 3M02 606", "NO9386011117947"],
    "telephone number": ["+49 30 901820123", "+14155552671", "+1 (415) 867-5309", "+44.20.7183.4967"],
}
CASES = [("DS701", kind, value) for kind, values in SECRET_VALUES.items() for value in values]
CASES += [("DS702", kind, value) for kind, values in PERSONAL_VALUES.items() for value in values]


def found(record, base_model=HAIKU):
    """Return code, path, message and excerpt of the findings of one record."""
    flaws = [flaw for _, _, flaw in findings(SecretsAndPersonalData(base_model), [record])]
    return [(flaw.code, flaw.path, flaw.message, flaw.excerpt) for flaw in flaws]


@pytest.mark.parametrize("before", ["", "x\n", "\t", "é", "key=", '"', "back\\\\slash \\"])
@pytest.mark.parametrize(("code", "kind", "value"), CASES)
def test_value_of_a_known_form_is_found_and_not_shown(code, kind, value, before):
    flaws = found(messages("q", f"{before}{value}\nend"))
    assert [(code, path, message) for code, path, message, _ in flaws] == [
        (code, "messages[1].content", f"text holds what has the form of: {kind}")
    ]
    assert value[4:9] not in str(flaws)
    assert flaws[0][3] == f"{kind}: ••• ({len(value)} characters)"


@pytest.mark.parametrize("value", [value for _, kind, value in CASES if kind != "e-mail address"])
def test_value_inside_a_longer_word_is_not_found(value):
    assert found(messages("q", f"prefix{value}")) == []


@pytest.mark.parametrize("sign", ALNUM + "_")
def test_sign_of_a_word_before_a_value_makes_it_another_word(sign):
    assert found(messages("q", f"{sign}AKIAQRSTUVWXYZ234567")) == []


@pytest.mark.parametrize(
    "text",
    [
        f"aws_secret_access_key = {KEY}",
        f"AWS_SECRET_ACCESS_KEY={KEY}",
        json.dumps({"SecretAccessKey": KEY}),
        json.dumps({"secretAccessKey": KEY}, separators=(",", ":")),
    ],
)
def test_secret_access_key_is_found_by_its_name(text):
    assert found(messages("q", text))[0][3] == "AWS secret access key: ••• (40 characters)"
    assert found(messages("q", text.replace(KEY, KEY + "a"))) == []
    assert found(messages("q", text.replace(KEY, made(40, "abcdef0123456789")))) == []


@pytest.mark.parametrize("label", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_private_key_is_found(label):
    body = "\n".join(made(64, ALNUM + "+/", line) for line in range(3))
    text = f"-----BEGIN {label}PRIVATE KEY-----\n{body}\n-----END {label}PRIVATE KEY-----"
    assert [flaw[2] for flaw in found(messages("q", text))] == ["text holds what has the form of: private key"]
    headed = text.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n", 1)
    assert len(found(messages("q", headed))) == 1


def test_password_of_a_connection_string_is_found():
    password = made(12)
    flaws = found(messages("q", f"DATABASE_URL=postgresql+psycopg://svc:{password}@db.acme.io:5432/x"))
    assert flaws == [
        (
            "DS701",
            "messages[1].content",
            "text holds what has the form of: password in a connection string",
            "password in a connection string: ••• (12 characters)",
        )
    ]


@pytest.mark.parametrize("times", [2, 3])
def test_several_values_of_a_kind_in_one_text_are_one_finding(times):
    addresses = " ".join(f"jane{number}@acme.io" for number in range(times))
    flaws = found(messages(addresses, addresses))
    assert [(path, message) for _, path, message, _ in flaws] == [
        ("messages[0].content", f"text holds what has the form of: e-mail address, {times} of them"),
        ("messages[1].content", f"text holds what has the form of: e-mail address, {times} of them"),
    ]


def iban(country, length):
    """Return a number of that country and length with the check digits that make it valid (ISO 13616-1)."""
    account = made(length - 4, string.digits)
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02d}{account}"


@pytest.mark.parametrize(
    ("country", "length"),
    [
        ("NO", 15), ("BE", 16), ("NL", 18), ("SI", 19), ("AT", 20), ("CH", 21), ("DE", 22), ("GB", 22), ("IL", 23),
        ("ES", 24), ("PT", 25), ("IS", 26), ("IT", 27), ("PL", 28), ("BR", 29), ("KW", 30), ("MT", 31), ("LC", 32),
        ("RU", 33),
    ],
)  # fmt: skip
def test_iban_has_the_length_of_its_country(country, length):
    """As SWIFT's registry has them."""
    assert [flaw[2] for flaw in found(messages("q", iban(country, length)))] == [
        "text holds what has the form of: IBAN"
    ]
    assert not [flaw for flaw in found(messages("q", iban(country, length + 1))) if "IBAN" in flaw[2]]
    assert not [flaw for flaw in found(messages("q", iban(country, length - 1))) if "IBAN" in flaw[2]]


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (messages("q", "a", system="jane@acme.io"), "system"),
        (messages("q", "a", '{"role":"', "jane@acme.io"), "messages[3].content"),
        (conversation("q", "a", system="jane@acme.io"), "system[0].text"),
        (conversation("q", "jane@acme.io"), "messages[1].content[0].text"),
        (prompt_completion("jane@acme.io", "a"), "prompt"),
        (prompt_completion(',"completion":', "jane@acme.io"), "completion"),
        (
            compact(
                {"messages": [{"role": "user", "content": [{"image": {"format": "png"}}, {"text": "jane@acme.io"}]}]}
            ),
            "messages[0].content[1].text",
        ),
    ],
)
def test_path_names_the_text(record, path):
    assert [flaw[1] for flaw in found(record)] == [path]


def test_escapes_hide_nothing():
    record = messages("q", "jane@acme.io").replace(b"@", b"\\u0040")
    assert len(found(record, NOVA)) == 1


@pytest.mark.parametrize("offset", range(-140, 5, 3))
def test_value_anywhere_in_a_long_record_is_found_once(offset):
    """Long lines are read in pieces of 64 KiB."""
    flaws = found(messages(" " * (65536 + offset) + "hooks.slack.com/services/TABCDEF01/BABCDEF01/" + made(24), "a"))
    assert [flaw[2] for flaw in flaws] == ["text holds what has the form of: Slack webhook"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read(text):
    found(messages(text, f"{text}@{text}://{text}+1{text}-----BEGIN{text}"))


@pytest.mark.parametrize("text", ["@", "a@", "eyJ.", "://", "+1", "1-", "\\n", "DE12", "-----BEGIN PRIVATE KEY-----\n"])
def test_much_of_what_begins_a_value_takes_linear_work(text):
    """A megabyte of it is read at once; quadratic work would take minutes."""
    found(messages("q", text * (1_000_000 // len(text))))


def test_every_form_names_its_source_and_a_case_here():
    kinds = {pattern.kind for pattern in (*SECRETS, *PERSONAL_DATA)}
    assert all(pattern.source for pattern in (*SECRETS, *PERSONAL_DATA))
    apart = {"AWS secret access key", "private key", "password in a connection string"}
    assert kinds == {*SECRET_VALUES, *PERSONAL_VALUES} | apart
