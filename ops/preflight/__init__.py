"""The preflight that a deployment makes, with an operator's credentials, and what only an operator can ask for."""
