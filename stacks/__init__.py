"""What is deployed: three kinds of stacks, and the constructs that they are composed of."""
