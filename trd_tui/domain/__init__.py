"""The rules of the product: pure functions and frozen values; no I/O, no clock, no SQL, no screen.

An instant is an ``int``: milliseconds since the epoch, UTC. It is what the store keeps, it cannot be
naive, and comparing two of them costs nothing on the send path. Dates of a contact's calendar are
``datetime.date``; money is an ``int`` of micro-dollars.
"""
