"""The shell environment that points the AWS SDKs, the CLI and the CDK CLI at the embedded AWS."""

import shlex
import sys
from pathlib import Path

from local.settings import ACCOUNT, Settings

# These would send requests, or sign them, elsewhere than to the endpoint below.
_UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_BEDROCK",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)


def variables(settings: Settings) -> dict[str, str]:
    """The exported variables, PATH excepted.

    With IAM enforcement on, MiniStack accepts a twelve-digit access key as the root of that account.
    """
    return {
        "AWS_ENDPOINT_URL": settings.endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        # Saves 3 s per synthesis; the project's own checks run with the validator on.
        "CDK_VALIDATION": "false",
        "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    }


def script(settings: Settings) -> str:
    """A POSIX shell script to source: `eval "$(python -m local environment)"`."""
    binaries = shlex.quote(str(Path(sys.prefix) / "bin"))
    lines = [f"# Points the AWS SDKs and the CDK CLI at the embedded AWS on {settings.endpoint_url}."]
    lines += [f"unset {' '.join(_UNSET)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables(settings).items()]
    lines += [f'case "$PATH:" in {binaries}:*) ;; *) export PATH={binaries}:"$PATH" ;; esac']
    return "\n".join(lines) + "\n"
