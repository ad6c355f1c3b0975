"""Service Quotas of the embedded AWS: Bedrock's quotas, as far as the catalog knows them."""

from types import ModuleType

from local.faults.faults import Faults
from local.settings import Settings


def install(app_module: ModuleType, settings: Settings, faults: Faults) -> None:
    """Answer the requests of Service Quotas in MiniStack, which knows no such service.

    Args:
        app_module: `ministack.app`.
        settings: The account's quotas.
        faults: Quotas that differ at any time.
    """
    # Imported here: MiniStack reads its environment on import.
    from local.service_quotas import installation

    installation.install(app_module, settings, faults)
