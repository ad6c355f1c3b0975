"""The metrics: each module holds those of one kind, `registry` knows all of them by name.

What a library computes is imported when it is needed: a synthesis asks for names only.
"""
