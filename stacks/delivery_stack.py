"""Who may deploy, look at and invoke the environments of one account: once per account, deployed by an administrator.

It uses no role of the CDK bootstrap: what CI deploys with must not be able to change what CI may do.
"""

from dataclasses import replace
from typing import Any

from aws_cdk import Annotations, BootstraplessSynthesizer, CfnOutput, Stack, Tags
from constructs import Construct

from configuration.delivery import DeliveredEnvironment, Delivery
from finetuning import names
from stacks.constructs.delivery.boundary import PermissionsBoundary
from stacks.constructs.delivery.execution_policies import ExecutionPolicies
from stacks.constructs.delivery.github_identity import GitHubIdentity
from stacks.constructs.delivery.invoke_role import InvokeRole
from stacks.constructs.delivery.site import Site
from stacks.constructs.delivery.workflow_roles import EnvironmentRole, PlanRole, account_rights


class DeliveryStack(Stack):
    """Composes identity provider, roles, execution policies and permissions boundary; destroyed only on purpose."""

    def __init__(self, scope: Construct, delivery: Delivery) -> None:
        """Define the stack.

        Args:
            scope: the app.
            delivery: what is wanted.
        """
        configuration = delivery.configuration
        super().__init__(
            scope,
            f"{delivery.project}-Delivery",
            env={"account": configuration.account, "region": configuration.region},
            synthesizer=BootstraplessSynthesizer(),
            termination_protection=True,
            tags={names.PROJECT_TAG: delivery.project},
        )
        self._delivery = delivery
        self._site = Site(self, delivery.project, delivery.environments, configuration.bootstrap_qualifier)
        Tags.of(self).add(names.PROJECT_TAG, delivery.project)
        self._workflows()
        self._applications()
        self._deployment()

    def _workflows(self) -> None:
        configuration = self._delivery.configuration
        identity = GitHubIdentity(
            self,
            "GitHub",
            repository=configuration.github.repository,
            provider_arn=configuration.github.oidc_provider_arn,
            tags={names.PROJECT_TAG: self._delivery.project},
        )
        common: dict[str, Any] = {"identity": identity, "configuration": configuration}
        common["account_rights"] = account_rights(self, self._site, configuration.data_buckets)
        for environment in self._delivery.environments:
            role = EnvironmentRole(
                self, f"Workflows-{environment.name}", site=self._of(environment), project=self._site, **common
            )
            CfnOutput(self, f"WorkflowRole{environment.name}", value=role.role.role_arn)
        plan = PlanRole(self, "Plan", site=self._site, **common)
        CfnOutput(self, "PlanRole", value=plan.role.role_arn)

    def _applications(self) -> None:
        configuration = self._delivery.configuration
        for environment in self._delivery.environments:
            accounts = configuration.workload_accounts.get(environment.name)
            if accounts:
                role = InvokeRole(
                    self,
                    f"Invoke-{environment.name}",
                    site=self._of(environment),
                    project=self._site,
                    accounts=accounts,
                    external_id=configuration.external_id,
                )
                CfnOutput(self, f"InvokeRole{environment.name}", value=role.role.role_arn)

    def _deployment(self) -> None:
        if self._delivery.configuration.permissions_boundary is None:
            PermissionsBoundary(self, "Boundary", site=self._site)
        arn = self._delivery.boundary_arn
        execution = ExecutionPolicies(self, "Execution", site=self._site, boundary_arn=arn)
        CfnOutput(self, "BoundaryArn", value=arn)
        policies = ",".join(policy.managed_policy_arn for policy in execution.policies)
        CfnOutput(self, "ExecutionPolicies", value=policies)
        for environment in self._delivery.environments:
            if not environment.is_bounded:
                self._warn(environment.name)

    def _warn(self, environment: str) -> None:
        text = (
            f"environments.{environment} has no permissions_boundary: CloudFormation will refuse to make its roles "
            f'once the account is bootstrapped with the execution policies; write "permissions_boundary": '
            f'"{self._delivery.boundary_arn}" into it, as docs/delivery.md says'
        )
        Annotations.of(self).add_warning_v2(f"finetuning:Unbounded-{environment}", text)

    def _of(self, environment: DeliveredEnvironment) -> Site:
        return replace(self._site, environments=(environment,))
