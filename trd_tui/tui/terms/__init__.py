"""The schedule and limits of a campaign that was started, with its name, sender and brand."""
