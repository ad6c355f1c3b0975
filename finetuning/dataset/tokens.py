"""How many tokens a text has, roughly: the base models' tokenizers are not published."""

# Fitted by this project to the last published Claude vocabulary (npm @anthropic-ai/tokenizer) on English, Japanese,
# code and numbers: median error 1 %, largest error 13 %. Hexadecimal and base64 text has up to three times as many.
TOKENS_PER_CHARACTER = 0.213
TOKENS_PER_EXTRA_BYTE = 0.986


def estimate_tokens(characters: int, utf8_bytes: int) -> int:
    """Return an estimate of the number of tokens of a text of so many Unicode characters and UTF-8 bytes."""
    return round(TOKENS_PER_CHARACTER * characters + TOKENS_PER_EXTRA_BYTE * (utf8_bytes - characters))
