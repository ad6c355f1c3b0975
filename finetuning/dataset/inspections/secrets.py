"""Forms of secrets (DS701): each documented by those who give them out, with a mark that ordinary text does not hold.

Strings that only look random are left alone: a rule that fails a deployment has to be right. Documented examples and
obvious placeholders are no secrets.
"""

import re

from finetuning.dataset.inspections.text_patterns import TextPattern

_FEWEST_SIGNS = 8
_PLACEHOLDER = re.compile(
    rb"example|sample|placeholder|changeme|redacted|your[-_]|xxxx|\.\.\.|\*\*\*|0{8}|1234567890|abcdefgh", re.IGNORECASE
)
#: Passwords of connection strings that are words of a manual.
_MANUAL_PASSWORDS = frozenset(
    b"admin pass passwd password postgres pw pwd root secret test user guest mypassword mysecretpassword".split()
)
_MANUAL_HOST = re.compile(
    rb"@(?:localhost|127\.0\.0\.1|host|hostname|db|[\w.-]*example\.(?:com|net|org))(?![\w.-])", re.IGNORECASE
)
#: Payloads of the tokens shown at jwt.io and in the documentation of PyJWT.
_EXAMPLE_PAYLOADS = (b".eyJzdWIiOiIxMjM0NTY3ODkwIi", b".eyJzb21lIjoicGF5bG9hZCJ9.")


def _random(value: bytes) -> bool:
    """Return whether a token's own part may be a real one."""
    return len(set(value)) >= _FEWEST_SIGNS and not _PLACEHOLDER.search(value)


def _random_key(value: bytes) -> bool:
    """Return whether what follows the name of an AWS secret access key may be one: upper, lower and digits mixed."""
    key = value[-40:]
    return _random(key) and bool(re.search(rb"[A-Z]", key) and re.search(rb"[a-z]", key) and re.search(rb"\d", key))


def _password(value: bytes) -> bool:
    """Return whether a connection string's password is one and not a word or a variable."""
    password = value.partition(b"://")[2].partition(b"@")[0].partition(b":")[2]
    variable = password[:1] in b"<$%[{(*" or (password.isupper() and password.isalpha())
    manual = password.lower() in _MANUAL_PASSWORDS or _MANUAL_HOST.search(value) or _PLACEHOLDER.search(value)
    return not variable and not manual and len(set(password)) >= 4


def _token(value: bytes) -> bool:
    return _random(value) and not any(payload in value for payload in _EXAMPLE_PAYLOADS)


def _secret(kind: str, marks: bytes, form: bytes, source: str) -> TextPattern:
    """A token that begins with one of the marks, divided by spaces."""
    return TextPattern("DS701", kind, tuple(marks.split()), re.compile(form), source, _random)


_IAM = "IAM User Guide, 'IAM identifiers', 'Unique identifiers'"
_GITHUB = "GitHub Docs, 'About authentication to GitHub', 'GitHub's token formats'"
_GITLAB = "GitLab Docs, 'Token overview', 'Token prefixes'"
_SLACK = "Slack API documentation, 'Tokens'; 'Sending messages using incoming webhooks'"
_STRIPE = "Stripe documentation, 'API keys'"
_END = rb"(?![A-Za-z0-9_])"

SECRETS = (
    _secret("AWS access key id", b"AKIA ASIA", rb"A[KS]IA[A-Z2-7]{16}" + _END, _IAM),
    TextPattern(
        "DS701",
        "AWS secret access key",
        (b"aws_secret_access_key", b"AWS_SECRET_ACCESS_KEY", b"SecretAccessKey", b"secretAccessKey"),
        re.compile(
            rb"(?i:aws_secret_access_key|secretaccesskey)(?:\\[\"nt]|['\": =>]){1,8}"
            rb"(?P<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
        ),
        "IAM User Guide, 'Manage access keys for IAM users'; AWS CLI User Guide, 'Configuration and credential files'",
        _random_key,
    ),
    TextPattern(
        "DS701",
        "private key",
        (b"-----BEGIN",),
        re.compile(
            rb"-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY(?: BLOCK)?-----(?:(?:\\[nr])+[A-Za-z-]{1,20}: [^\\]{0,100}){0,4}"
            rb"(?:\\[nrt]| ){0,8}[A-Za-z0-9+/=]{32,}"
        ),
        "RFC 7468, section 10; RFC 9580, section 6.2",
        _random,
    ),
    _secret("GitHub token", b"ghp_ gho_ ghu_ ghs_ ghr_", rb"gh[pousr]_[A-Za-z0-9]{36,251}" + _END, _GITHUB),
    _secret("GitHub token", b"github_pat_", rb"github_pat_[A-Za-z0-9_]{70,244}" + _END, _GITHUB),
    _secret("GitLab token", b"glpat- gldt- glrt- glptt-", rb"gl(?:pat|dt|rt|ptt)-[\w.-]{20,300}", _GITLAB),
    _secret("Slack token", b"xoxb- xoxp- xoxa- xoxr- xoxs- xapp-0-", rb"x(?:ox[bpars]|app-\d)-[\w-]{20,250}", _SLACK),
    _secret(
        "Slack webhook",
        b"hooks.slack.com/services/",
        rb"hooks\.slack\.com/services/T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,30}",
        _SLACK,
    ),
    _secret(
        "Stripe key",
        b"sk_live_ rk_live_",
        rb"[sr]k_live_[A-Za-z0-9]{20,250}" + _END,
        _STRIPE,
    ),
    _secret("Google API key", b"AIza", rb"AIza[\w-]{35}(?![\w-])", "Google Cloud documentation, 'Manage API keys'"),
    _secret(
        "Google OAuth client secret",
        b"GOCSPX-",
        rb"GOCSPX-[\w-]{28}(?![\w-])",
        "Google Identity documentation, 'OAuth 2.0'",
    ),
    _secret(
        "Anthropic API key",
        b"sk-ant-",
        rb"sk-ant-[\w-]{32,200}",
        "Anthropic documentation, 'Getting started', 'API keys'",
    ),
    _secret(
        "OpenAI API key",
        b"sk-proj- sk-svcacct- sk-admin-",
        rb"sk-(?:proj|svcacct|admin)-[\w-]{40,250}",
        "OpenAI API reference, 'Authentication'",
    ),
    _secret("npm token", b"npm_", rb"npm_[A-Za-z0-9]{36}" + _END, "npm Docs, 'About access tokens'"),
    _secret(
        "PyPI token", b"pypi-AgE", rb"pypi-AgE[\w-]{50,500}", "PyPI help, 'How can I use API tokens to authenticate'"
    ),
    _secret(
        "Hugging Face token", b"hf_", rb"hf_[A-Za-z]{34}" + _END, "Hugging Face documentation, 'User access tokens'"
    ),
    TextPattern(
        "DS701",
        "JSON Web Token",
        (b"eyJ",),
        re.compile(rb"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{20,2000}"),
        "RFC 7519, section 3",
        _token,
    ),
    TextPattern(
        "DS701",
        "password in a connection string",
        (b"://",),
        re.compile(
            rb"[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"\\<>]{0,64}:(?P<value>[^\s:/@\"\\]{4,128})@[\w.\[-][\w.:\]-]{2,200}"
        ),
        "RFC 3986, section 3.2.1",
        _password,
        b"abcdefghijklmnopqrstuvwxyz0123456789+.-",
    ),
)
