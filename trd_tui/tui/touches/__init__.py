"""What the editor of a campaign's touches and that of a new campaign have in common."""
