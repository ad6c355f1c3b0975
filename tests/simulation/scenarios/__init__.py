"""One life per fault, crash point and pair of faults, each judged by the oracle and by what that fault must come to."""
