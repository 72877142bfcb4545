"""The command line: looks, asks, prints; holds no rule and no SQL."""
