"""`Custom::BedrockTrainingDataset`: checks, converts and stages the dataset files under their SHA-256."""
