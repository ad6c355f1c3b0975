"""The parts that the stacks are composed of; each takes plain, typed properties and knows no configuration."""
