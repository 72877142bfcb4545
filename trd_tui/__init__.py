"""TRD: many SMS drip campaigns at once, from the terminal, through Twilio."""

__version__ = "0.1.0"
