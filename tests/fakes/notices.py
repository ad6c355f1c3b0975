"""The topic for notices."""


class FakeNotices:
    """Has the methods of `NoticesGateway`; `published` has subjects and texts."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str]] = []

    def publish(self, subject: str, text: str) -> None:
        """Publish one notice."""
        self.published.append((subject, text))
