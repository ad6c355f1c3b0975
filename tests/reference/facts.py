"""The limits of some base models, copied by hand from the documents, not from the project's catalog.

Sources: Bedrock User Guide, 'Prepare your training datasets for fine-tuning and continued pre-training' and 'Prepare
data for fine-tuning image and text processing models'; Amazon Nova User Guide, 'Preparing data for fine-tuning
understanding models'; AWS Machine Learning Blog, 'Fine-tune Anthropic's Claude 3 Haiku in Amazon Bedrock' (July 2024);
aws-samples/amazon-bedrock-samples, custom-models/bedrock-fine-tuning, the four validators.
"""

from dataclasses import dataclass

CLAUDE_MARKS = ("\nHuman:", "\nAssistant:")
NOVA_MARKS = ("User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]")
EVERYBODY = ("system", "user", "assistant")
NOT_THE_ASSISTANT = ("system", "user")


@dataclass(frozen=True)
class Facts:
    """What one base model takes; None where nothing is documented."""

    data_format: str
    least: dict[str, int]
    advised: int | None
    most: dict[str, int]
    tokens: int
    most_bytes: dict[str, int]
    marks: tuple[str, ...]
    marked_roles: tuple[str, ...]
    images: int | None = 0
    image_formats: tuple[str, ...] = ()
    videos: int | None = 0
    video_formats: tuple[str, ...] = ()
    system_blocks: int | None = None


def _nova(images: int, videos: int) -> Facts:
    return Facts(
        data_format="bedrock-conversation-2024",
        least={"training": 8},
        advised=100,
        most={"training": 20_000},
        tokens=32_000,
        most_bytes={},
        marks=NOVA_MARKS,
        marked_roles=NOT_THE_ASSISTANT,
        images=images,
        image_formats=("jpeg", "png", "gif", "webp") if images else (),
        videos=videos,
        video_formats=("mov", "mkv", "mp4", "webm") if videos else (),
    )


FACTS = {
    "claude-3-haiku": Facts(
        data_format="anthropic-messages",
        least={"training": 32, "validation": 32},
        advised=50,
        most={"training": 10_000, "validation": 1_000},
        tokens=32_000,
        most_bytes={"training": 10 * 1024**3, "validation": 1024**3},
        marks=CLAUDE_MARKS,
        marked_roles=EVERYBODY,
    ),
    "nova-micro": _nova(images=0, videos=0),
    "nova-lite": _nova(images=10, videos=1),
    "llama-3.1-8b": Facts(
        data_format="prompt-completion",
        least={},
        advised=None,
        most={"training": 10_000, "validation": 1_000},
        tokens=16_000,
        most_bytes={},
        marks=(),
        marked_roles=(),
    ),
    "llama-3.2-11b": Facts(
        data_format="bedrock-conversation-2024",
        least={},
        advised=None,
        most={"training": 10_000, "validation": 1_000},
        tokens=16_000,
        most_bytes={},
        marks=(),
        marked_roles=(),
        images=None,
        image_formats=("gif", "jpeg", "png", "webp"),
        system_blocks=1,
    ),
}
