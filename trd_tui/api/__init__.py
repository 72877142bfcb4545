"""The HTTP face: the web front end's calls, resources under ``/api/v1``, metrics, the carrier's webhooks."""
