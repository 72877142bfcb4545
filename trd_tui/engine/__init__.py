"""The sending machine: plan, claim, send, record, reconcile, receive."""
