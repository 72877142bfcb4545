"""Who sends: Twilio, the simulated carrier, and the protocol that both speak."""
