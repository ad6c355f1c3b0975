"""The domain: what may be trained, how it is named, and what happens next; pure, standard library only."""
