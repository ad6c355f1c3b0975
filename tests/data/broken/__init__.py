"""Small broken dataset files, each with exactly what must be found in it, in every rule and every encoding fault."""

from tests.data.broken.across_records import ACROSS_RECORDS
from tests.data.broken.case import Case
from tests.data.broken.conversations import CONVERSATIONS
from tests.data.broken.encoding import ENCODING
from tests.data.broken.json_lines import JSON_LINES
from tests.data.broken.media import MEDIA
from tests.data.broken.numbers import NUMBERS
from tests.data.broken.purposes import PURPOSES
from tests.data.broken.structure import STRUCTURE

__all__ = ["CASES", "Case"]

CASES = (*ENCODING, *JSON_LINES, *STRUCTURE, *CONVERSATIONS, *MEDIA, *NUMBERS, *PURPOSES, *ACROSS_RECORDS)
