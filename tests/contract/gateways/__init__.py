"""One suite for every gateway, on the simulated account and on the embedded AWS: neither may drift from the other."""
