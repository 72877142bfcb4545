"""What screens that show touches have in common."""
