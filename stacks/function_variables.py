"""The environment variables by which the Control stack's functions know where everything is."""

from stacks.constructs.code_version import code_version
from stacks.foundation_stack import FoundationStack

Variables = dict[str, str]


class FunctionVariables:
    """What each kind of function is told: no more than it needs."""

    def __init__(self, project: str, environment: str, foundation: FoundationStack) -> None:
        """Take the owner, and the stack that holds what the functions work with."""
        self._owner = {"PROJECT": project, "ENVIRONMENT": environment}
        self._foundation = foundation

    @property
    def registry(self) -> Variables:
        """Whose environment it is, and where what is wanted and what was done is written down."""
        return {**self._owner, "REGISTRY_TABLE_NAME": self._foundation.registry.table_name}

    @property
    def key(self) -> Variables:
        """With which key data is encrypted."""
        return {"KEY_ARN": self._foundation.key.key_arn}

    @property
    def training(self) -> Variables:
        """As whom Bedrock trains, and with which key."""
        return {"SERVICE_ROLE_ARN": self._foundation.service_role.role_arn, **self.key}

    @property
    def jobs(self) -> Variables:
        """How Bedrock trains, and where it leaves what it made."""
        return {**self.training, **self._output}

    @property
    def evaluations(self) -> Variables:
        """Where evaluations leave what they made, and which code makes it."""
        return {**self.key, **self._output, **self._code}

    @property
    def manifests(self) -> Variables:
        """With which key manifests are signed, and which code issues them."""
        return {"MANIFEST_KEY_ARN": self._foundation.manifest_key.key_arn, **self._code}

    @property
    def _output(self) -> Variables:
        return {"OUTPUT_BUCKET_NAME": self._foundation.output_bucket.bucket_name}

    @property
    def _code(self) -> Variables:
        return {"CODE_VERSION": code_version()}
