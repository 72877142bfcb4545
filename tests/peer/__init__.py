"""A stateful stand-in for Twilio's HTTP API: the other party of every test that uses the real SDK.

In a test: ``async with running_peer() as peer`` (``tests.peer.server``). As a process:
``python -m tests.peer --port N --ledger FILE``. It shares no code with the product.
"""
