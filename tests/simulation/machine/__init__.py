"""Lifecycles that Hypothesis invents, step by step, and makes small when they go wrong."""
