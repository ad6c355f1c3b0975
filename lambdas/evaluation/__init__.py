"""Runs one evaluation: who is asked what, the answers, the grades, and the verdict."""
