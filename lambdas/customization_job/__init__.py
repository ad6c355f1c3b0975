"""`Custom::BedrockModelCustomizationJob`: records the wanted training and starts its job."""
