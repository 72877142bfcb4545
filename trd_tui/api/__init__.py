"""The HTTP face: the API, and the webhooks that the carrier posts to."""
