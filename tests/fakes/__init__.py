"""In-memory stand-ins at the gateway interface: they keep state as AWS does and record what was bought."""
