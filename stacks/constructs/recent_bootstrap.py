"""Refuses an account whose CDK bootstrap is too old to be safe."""

from aws_cdk import CfnRule, CfnRuleAssertion, Fn, Stack

#: From this version on, the bootstrap trusts only buckets of the account itself (fault F03). Source: AWS CDK notice
#: 31885, and the AWS CDK Developer Guide, 'Bootstrap template version history'.
OLDEST = 21


def require_recent_bootstrap(stack: Stack) -> None:
    """Make CloudFormation refuse the stack where the bootstrap is older; CDK's own rule asks for version 6 only."""
    too_old = [str(version) for version in range(1, OLDEST)]
    CfnRule(
        stack,
        "RecentBootstrap",
        assertions=[
            CfnRuleAssertion(
                assert_=Fn.condition_not(Fn.condition_contains(too_old, Fn.ref("BootstrapVersion"))),
                assert_description=f"the account needs CDK bootstrap version {OLDEST} or newer: run cdk bootstrap",
            )
        ],
    )
