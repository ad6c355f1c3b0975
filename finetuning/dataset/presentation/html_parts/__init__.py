"""The parts of the report page, each from a part of the report's document."""
