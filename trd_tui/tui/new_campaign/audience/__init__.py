"""Step 2 of a new campaign: who gets the texts."""
