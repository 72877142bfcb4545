"""The inbox: conversations, one of them whole, and the answer to it."""
