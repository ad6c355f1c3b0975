"""The parts of the page, each from a part of the report."""
