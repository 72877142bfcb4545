"""Senders, suppressions, settings and the audit."""
