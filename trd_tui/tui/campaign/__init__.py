"""One campaign: its pages."""
