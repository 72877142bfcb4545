"""Step 3 of a new campaign: the touches - their days and texts, as somebody reads them."""
