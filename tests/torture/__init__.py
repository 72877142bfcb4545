"""Senders that are killed, suspended and told to end at any moment; judged by the carrier's ledger alone.

``python -m tests.torture --kills 500`` is the long form; the short one runs with all other tests.
"""
