"""The embedded AWS: MiniStack on loopback, plus Bedrock and the fidelity MiniStack lacks."""
