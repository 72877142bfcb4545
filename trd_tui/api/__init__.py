"""The HTTP API: the calls of the web front end, clean resources under ``/api/v1``, health and metrics."""
