"""Every 15 minutes: restarts what died and wakes what an event should have woken."""
