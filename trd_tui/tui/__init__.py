"""The full-screen app: looks, asks, shows; holds no rule and no SQL."""
