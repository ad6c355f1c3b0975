"""From the bytes of a file to records: lines, formats, what is wrong with one record, and the two lanes."""
