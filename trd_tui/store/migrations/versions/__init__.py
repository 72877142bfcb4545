"""One file a schema change; the number is the order."""
