"""The real CDK CLI, the real stacks and the real Lambda code on an embedded AWS of their own."""
