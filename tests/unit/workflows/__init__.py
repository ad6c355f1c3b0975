"""The workflows as they are written, and what runs them here."""
