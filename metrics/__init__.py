"""Custom metrics: one file for each, named in ``cdk.json`` as ``custom.<file>``; see `keywords` for an example."""
