"""The shape of ``cdk.json``'s ``environments``: fields, types and defaults, and nothing that needs the catalog.

The text below a field is its documentation everywhere: in the JSON Schema that editors use and in
``docs/configuration.md``, both of which are generated.
"""
