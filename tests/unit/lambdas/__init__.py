"""The Lambda code on in-memory fakes of its gateways."""
