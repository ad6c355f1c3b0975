"""The parts of the Delivery stack: who may deploy, look at and invoke the environments of an account."""
