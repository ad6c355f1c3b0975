"""What the quality gate, promotion and the watch over a swapped model work with."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from finetuning import manifest, metrics, names
from finetuning.lifecycle import JobObservation
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.verdict import Promoted
from finetuning.manifest import Signature

#: Losses that fall, as those of a training that went well do.
TRAINING = "step_number,epoch_number,training_loss\n0,1,2.0\n1,1,1.5\n2,2,1.0\n3,2,0.8\n"
VALIDATION = "step_number,epoch_number,validation_loss\n1,1,1.6\n3,2,1.2\n"


class FakeEvidence:
    """Has the methods of `EvidenceGateway`."""

    def __init__(self) -> None:
        self.files = {metrics.TRAINING_FILE: TRAINING, metrics.VALIDATION_FILE: VALIDATION}

    def metrics_files(self, model: str, generation: str) -> Mapping[str, tuple[str, bytes]]:
        """The same for every job."""
        return {name: (f"s3://output/{generation}/{name}", text.encode()) for name, text in self.files.items()}

    def read(self, uri: str) -> bytes | None:
        """Nothing."""
        return None


class FakeEvaluations:
    """Has the methods of `EvaluationsGateway`.

    Attributes:
        started: the input of each execution, by its name.
        judge: what an execution does; without it, it never ends.
    """

    def __init__(self) -> None:
        self.started: dict[str, Mapping[str, str]] = {}
        self.judge: Callable[[Mapping[str, str]], object] | None = None

    def start(self, execution: str, event: Mapping[str, str]) -> None:
        """Once for each name."""
        if execution in self.started:
            return
        self.started[execution] = event
        if self.judge is not None:
            self.judge(event)


class FakeAlarms:
    """Has the methods of `AlarmsGateway`."""

    def __init__(self) -> None:
        self.ringing: set[str] = set()

    def going_off(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those that ring."""
        return tuple(name for name in names if name in self.ringing)


class FakeHolds:
    """Has the methods of `HoldsGateway`: custom models by their ARN, and who holds each."""

    def __init__(self) -> None:
        self.models: dict[str, str] = {}
        self.held: dict[str, dict[str, str]] = {}

    def hold(self, model_arn: str, environment: str, value: str) -> None:
        """Once more changes nothing."""
        self.held.setdefault(model_arn, {})[environment] = value

    def release(self, model_arn: str, environment: str, value: str) -> bool:
        """Only one's own."""
        if self.held.get(model_arn, {}).get(environment) != value:
            return False
        del self.held[model_arn][environment]
        return True

    def find(self, promoted: Promoted, environment: str, value: str) -> JobObservation:
        """Its job has completed."""
        return JobObservation(
            arn=promoted.job_arn,
            status="Completed",
            model_arn=promoted.model_arn,
            model_status=self.models.get(promoted.model_arn),
            is_held=self.held.get(promoted.model_arn, {}).get(environment) == value,
        )

    def held_by(self, project: str, environment: str) -> Iterator[OwnedThing]:
        """What the environment holds, and for which model."""
        for arn, values in self.held.items():
            if environment in values:
                tags = {
                    names.hold_tag(environment): values[environment],
                    names.MODEL_TAG: values[environment].removeprefix(f"{project}/"),
                }
                yield OwnedThing("hold", arn, arn.rpartition("/")[2], self.models.get(arn, ""), 0.0, tags)


class FakeManifestsStore:
    """Has the methods of `ManifestsStore`."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.signatures: dict[str, Signature] = {}

    def keep(self, model: str, content: bytes) -> str:
        """Under its digest."""
        digest = manifest.digest(content)
        self.kept.setdefault(digest, content)
        return digest

    def signature(self, model: str, digest: str) -> Signature | None:
        """That was kept."""
        return self.signatures.get(digest)

    def keep_signature(self, model: str, digest: str, signature: Signature) -> None:
        """Over one that is there."""
        self.signatures[digest] = signature


class FakeSigning:
    """Has the methods of `SigningGateway`: a signature is the digest, and who signed it."""

    def __init__(self, key_arn: str = "key") -> None:
        self.key_arn = key_arn

    def sign(self, digest: str) -> bytes:
        """Sign."""
        return f"{self.key_arn} {digest}".encode()

    def verify(self, key_arn: str, digest: str, signature: bytes) -> bool:
        """Verify."""
        return signature == f"{key_arn} {digest}".encode()
