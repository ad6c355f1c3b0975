"""The names of the record formats."""

_FORMATS = {
    "anthropic-messages": "Anthropic Messages",
    "bedrock-conversation-2024": "Bedrock conversation (bedrock-conversation-2024)",
    "prompt-completion": "prompt and completion",
    "openai-chat": "OpenAI chat with a reference answer",
    "plain-text": "plain text",
}


def format_name(data_format: str | None) -> str:
    """Return the name of a record format; a dash if none was recognised."""
    return "not recognised" if data_format is None else _FORMATS.get(data_format, data_format)
