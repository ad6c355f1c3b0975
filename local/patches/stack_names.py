"""What CloudFormation names by itself is named anew in each account and Region.

AWS: such a name ends with random characters, so stacks of one name in two Regions have IAM roles of two names
(CloudFormation User Guide, "Resource type support: Name type": "CloudFormation generates a unique physical ID").
MiniStack 1.5.33: its end is a hash of the stack's name and the logical id; IAM knows no Regions, so a stack in a second
Region takes over the roles of the first one's.
Can go when: `_physical_name` depends on the account and the Region.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_PARAMETERS = ("stack_name", "logical_id", "lowercase", "max_len", "seeded")
_SUFFIX = 13


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(provisioners, "_physical_name", _PARAMETERS, _with_place)


def _with_place(original: Callable[..., str]) -> Callable[..., str]:
    def physical_name(*arguments: Any, **options: Any) -> str:
        name = original(*arguments, **options)
        place = f"{responses.get_account_id()}:{responses.get_region()}:{name}"
        suffix = hashlib.sha256(place.encode()).hexdigest()[:_SUFFIX]
        return name[:-_SUFFIX] + (suffix if options.get("lowercase") else suffix.upper())

    return physical_name
