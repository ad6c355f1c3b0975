"""What is asked of good records beyond the rules of one record: of records together, and of what texts say."""
