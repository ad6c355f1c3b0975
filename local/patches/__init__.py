"""Fidelity patches: where MiniStack 1.5.33 is laxer than AWS, or cannot do what the project needs.

One module per patch. Its docstring says what AWS does (with the source), what MiniStack does, and when the patch can
go; `tests/local` holds a test for each. Every hook goes through `upstream`, which refuses a MiniStack whose private
names have changed.
"""

from collections.abc import Callable

from local.patches import (
    alarm_expressions,
    bucket_default_key,
    bucket_deletion,
    bucket_key_access,
    bucket_key_condition,
    bucket_properties,
    event_targets,
    identity_providers,
    key_aliases,
    lambda_delivery,
    lambda_errors,
    log_group_names,
    loopback_transport,
    pass_role,
    stack_custom_resource,
    stack_custom_response,
    stack_exports,
    stack_names,
    stack_rollback,
    stack_statuses,
    table_properties,
    template_urls,
    upstream,
    workflow_callbacks,
    workflow_concurrency,
    workflow_names,
    workflow_properties,
    workflow_tags,
)
from local.settings import Settings

PATCHES: tuple[Callable[[Settings], None], ...] = (
    loopback_transport.apply,
    lambda_errors.apply,
    lambda_delivery.apply,
    stack_custom_response.apply,
    stack_custom_resource.apply,
    stack_rollback.apply,
    stack_statuses.apply,
    stack_exports.apply,
    stack_names.apply,
    log_group_names.apply,
    template_urls.apply,
    workflow_names.apply,
    workflow_callbacks.apply,
    workflow_properties.apply,
    workflow_concurrency.apply,
    workflow_tags.apply,
    event_targets.apply,
    pass_role.apply,
    identity_providers.apply,
    key_aliases.apply,
    bucket_properties.apply,
    bucket_deletion.apply,
    bucket_default_key.apply,
    bucket_key_access.apply,
    bucket_key_condition.apply,
    table_properties.apply,
    alarm_expressions.apply,
)


def apply(settings: Settings) -> None:
    """Apply every patch, once per process and before the server answers.

    Raises:
        upstream.UpstreamChangedError: The installed MiniStack is not the one the patches were written for.
    """
    upstream.require_version()
    for patch in PATCHES:
        patch(settings)
