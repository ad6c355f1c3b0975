"""`Custom::BedrockPreflight`: asks the account before anything of a model is started, and refuses with all findings."""
