"""The state of the machine: who sends, what waits and why, and what went wrong."""
