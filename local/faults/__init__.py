"""Faults on purpose: what AWS does rarely, the embedded AWS does when it is told to.

`rules` says what a fault is, `faults` decides which request it strikes, and one module each carries it out: `requests`
for every HTTP request, `functions` for Lambda functions, `deliveries` for events, `fates` for Bedrock's jobs and
endpoints. `api` is the door on the server's own port, `client` its other side.
"""
