"""Bedrock of the embedded AWS: model customization, provisioned throughput, on-demand deployments and inference."""

from types import ModuleType

from local.faults.faults import Faults
from local.settings import Settings


def install(app_module: ModuleType, settings: Settings, faults: Faults) -> None:
    """Answer Bedrock's requests in MiniStack; operations that are not implemented stay MiniStack's.

    Args:
        app_module: `ministack.app`.
        settings: Clock speed, catalog date, quotas and endpoint.
        faults: Faults on purpose, which decide fates and quotas.
    """
    # Imported here: MiniStack reads its environment on import.
    from local.bedrock import installation

    installation.install(app_module, settings, faults)
