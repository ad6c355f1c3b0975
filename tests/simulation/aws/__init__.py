"""The simulated AWS account: services as state and rules, behind clients that the real gateways are given."""
