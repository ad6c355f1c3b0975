"""The gateways against botocore's own description of each service."""
