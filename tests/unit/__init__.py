"""Rules, transitions and handlers on fakes: no network, no AWS, milliseconds."""
