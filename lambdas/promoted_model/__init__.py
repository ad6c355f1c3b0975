"""`Custom::BedrockPromotedModel`: verifies a pinned manifest and records the model that it names; nothing is bought."""
