"""Training, validation and test datasets: what a record may look like, how it is converted, what is wrong with one.

Begin at `gate.py`, the one way in which every door checks a dataset. Nothing is imported here: a synthesis checks
waivers, and should not pay for the rest.
"""
