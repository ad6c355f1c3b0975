"""Runs the workflows' own steps on this machine: what they promise is tried, and not only linted."""
