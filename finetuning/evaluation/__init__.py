"""How a candidate is judged: records, answers, metrics, statistics, gate and the document that holds it all.

Begin at `scoring.py`, which turns saved answers into the evaluation document. Nothing is imported here: a synthesis
asks for the names of metrics only, and should not pay for the rest.
"""
