"""`Custom::BedrockModelEndpoint`: records the wanted endpoint; the driver buys it when the model is there."""
