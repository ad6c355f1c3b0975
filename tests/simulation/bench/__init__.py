"""The test of the tests: the real code with one flaw planted in it must be caught, the unmodified code must not."""
