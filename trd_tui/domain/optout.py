"""Opt-out words: what the carrier itself obeys, so that we never text a number that it has blocked.

The whole message must be the one word; case, blanks around it and punctuation after it do not count.
"Stop by tomorrow" is a reply, and so a person reads it.
"""

from __future__ import annotations

from typing import Literal

InboundKind = Literal["opt_out", "opt_in", "help", "reply"]

OPT_OUT_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""Words after which the carrier blocks every further message of ours to the number."""

OPT_IN_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""Words that lift such a block."""

HELP_WORDS = frozenset({"HELP", "INFO"})
"""Words that the carrier answers by itself."""

_KINDS: dict[str, InboundKind] = {
    **dict.fromkeys(OPT_OUT_WORDS, "opt_out"),
    **dict.fromkeys(OPT_IN_WORDS, "opt_in"),
    **dict.fromkeys(HELP_WORDS, "help"),
}
_TRAILING = ".,;:!?…\"'”’)"
_LONGEST = max(map(len, _KINDS)) + 16  # a word and its punctuation; what is longer is no single word


def classify(body: str) -> InboundKind:
    """Say what an inbound text is.

    ``opt_in`` means something only where the number had opted out: from anybody else, "Yes" is a reply.
    """
    word = body.strip()
    if len(word) > _LONGEST:
        return "reply"
    while word and (word[-1] in _TRAILING or word[-1].isspace()):
        word = word[:-1]
    return _KINDS.get(word.upper(), "reply")
