"""What a contact's text asks of us: no more texts, texts again, help; or an answer, or a machine's.

Three answers about opting out. Certain (`opt_out`): the number is suppressed at once. Uncertain (`unclear`):
a person decides, nothing automatic goes until then. None: everything else. "Stop by tomorrow" is uncertain;
a plain "no" is an answer. How often that is right: `tests/README.md`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from trd_tui.domain.autoreply import is_automatic
from trd_tui.domain.optout_phrases import (
    ANGRY,
    CONDITION,
    CONDITIONAL,
    DOUBTFUL,
    ORDERS,
    POLITE_YOU,
    SHORT_DOUBTFUL,
    TAKEN_BACK,
    WISHES,
)
from trd_tui.domain.plain_words import Plain, plain

InboundKind = Literal["opt_out", "unclear", "opt_in", "help", "auto", "reply"]

OPT_OUT_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""Words after which the carrier blocks every further message of ours to the number."""

OPT_IN_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""Words that lift such a block."""

HELP_WORDS = frozenset({"HELP", "INFO"})
"""Words that the carrier answers by itself."""

CarrierWord = Literal["opt_out", "opt_in", "help"]

_KINDS: dict[str, CarrierWord] = {
    **dict.fromkeys(OPT_OUT_WORDS, "opt_out"),
    **dict.fromkeys(OPT_IN_WORDS, "opt_in"),
    **dict.fromkeys(HELP_WORDS, "help"),
}
_TOLD: dict[str, CarrierWord] = {"STOP": "opt_out", "START": "opt_in", "HELP": "help"}
_LONGEST = max(map(len, _KINDS)) + 40  # a word and what stands around it; what is longer is no single word

_STOP = frozenset({"stop", "stopall", "stops", "unsubscribe", "quit", "alto", "basta", "paren", "pare"})
_WHOLE = frozenset(
    {
        *(
            "stop all",
            "opt out",
            "no mas",
            "ya no mas",
            "baja",
            "parar",
            "cancelar",
            "detener",
            "desuscribir",
        ),
        *(
            "stop this",
            "stop these",
            "stop all this",
            "revoke",
            "cancel all",
            "end all",
            "ya basta",
            "no more please",
        ),
        *("cancel", "end", "optout", "stop now", "alto ya", "detenganse"),
    }
)
_FILLERS = frozenset(
    {
        *(
            "please",
            "thank",
            "thanks",
            "you",
            "now",
            "ok",
            "okay",
            "hi",
            "hello",
            "hey",
            "sir",
            "maam",
            "just",
        ),
        *(
            "immediately",
            "yes",
            "no",
            "already",
            "asap",
            "all",
            "and",
            "i",
            "said",
            "por",
            "favor",
            "gracias",
        ),
        *("ya", "hola", "si", "senor", "senora", "im", "not", "interested", "guys", "kindly", "it", "god"),
        *("bless", "amigo"),
    }
)
_I = re.compile(r"\b(?:i|we|id|ive|(?:i|we) (?:have|would|do|am|will|just|really))$")
_HELP_ONLY = frozenset({"ayuda"})
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
_TAPBACK = re.compile(
    r"\s*(?:liked|loved|disliked|emphasi[sz]ed|laughed at|questioned|reacted \S+ to|removed an? \w+ from"
    r"|le gust[oó]|le encant[oó]|se ri[oó] de|enfatiz[oó]|\S{1,8} (?:to|a))\s*[\"“«].*[\"”»]?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_FOOTER = re.compile(
    r"\b(?:reply|text|send|respond|responda|responde|envie|envia)(?: with)?"
    r" (?:stop|alto|stopall|quit|end|cancel|parar)(?: (?:to|2|para|at any time|anytime|if you)(?: \w+){0,4})?"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was understood.

    Attributes:
        kind: ``opt_out`` certainly, ``unclear`` perhaps, ``opt_in``, ``help``, ``auto`` by a machine, or a
            ``reply``. ``opt_in`` means something only where the number had opted out: from anybody else,
            "Yes" is a reply.
        why: what decided, for people.
        by_carrier: whether the carrier acts on it by itself: after an opt-out it blocks the number.
    """

    kind: InboundKind
    why: str
    by_carrier: bool = False

    @property
    def certainty(self) -> Literal["certain", "uncertain", "none"]:
        """Whether the contact opts out."""
        return "certain" if self.kind == "opt_out" else "uncertain" if self.kind == "unclear" else "none"


def carrier_word(body: str) -> CarrierWord | None:
    """What the carrier itself makes of a text: the whole of it must be one word, in any case.

    Punctuation and emoji around the word do not count.
    """
    if len(body) > _LONGEST:
        return None
    start, end = 0, len(body)
    while start < end and not body[start].isalnum():
        start += 1
    while end > start and not body[end - 1].isalnum():
        end -= 1
    return _KINDS.get(body[start:end].upper())


def read(body: str, opt_out_type: str | None = None) -> Reading:
    """Understand an inbound text.

    Args:
        body: the text.
        opt_out_type: what the carrier says of it, where it does (``OptOutType`` of a webhook): STOP, START
            or HELP. It has acted on that already, so it stands above the words.
    """
    told = _TOLD.get((opt_out_type or "").strip().upper())
    if told is not None:
        return Reading(told, f"the carrier says {str(opt_out_type).strip().upper()}", by_carrier=True)
    word = carrier_word(unicodedata.normalize("NFKC", body))
    if word is not None:
        return Reading(word, "the carrier's own word", by_carrier=True)
    if _TAPBACK.match(body):
        return Reading("reply", "a reaction to our text")
    said = plain(body)
    if said.run in _HELP_ONLY:
        return Reading("help", "asks for help")
    unquoted = plain(_QUOTED.sub(" | ", body))
    own = unquoted if unquoted.clauses else said
    own = plain(_FOOTER.sub("|", own.words)) if _FOOTER.search(own.words) else own
    certain = _certain(own)
    if is_automatic(said.words):
        # A machine's text may end in the sender's own footer; an order in it is worth a look all the same.
        if certain is not None or _bare_stop(own):
            return Reading("unclear", "reads like a machine's answer and like an opt-out")
        return Reading("auto", "a machine's answer")
    if certain is not None:
        return Reading("opt_out", certain)
    doubt = DOUBTFUL.search(said.words) or DOUBTFUL.search(said.run)
    if doubt is None and len(said.run.split()) <= 4:
        doubt = SHORT_DOUBTFUL.search(said.run)
    return Reading("reply", "an answer") if doubt is None else Reading("unclear", f"says '{doubt.group()}'")


def _certain(said: Plain) -> str | None:
    """The words that leave no doubt; ``None`` when there are none."""
    if said.run in _WHOLE or _polite(said.run):
        return f"says '{said.run[:40]}'"
    if _bare_stop(said) and ANGRY.search(said.words):
        return "says stop, and why"
    text = said.words
    for patterns, own in ((ORDERS, False), (WISHES, True), (CONDITIONAL, True)):
        for pattern in patterns:
            for found in pattern.finditer(text):
                before, behind = text[: found.start()].rstrip(), text[found.end() :]
                if _taken_back(before, own=own):
                    continue
                if patterns is CONDITIONAL and CONDITION.search(f"{before} | {behind}"):
                    continue
                return f"says '{found.group()[:60]}'"
    return None


def _taken_back(before: str, *, own: bool) -> bool:
    """Whether the words before an order make it somebody else's, a question or its contrary.

    Args:
        before: those words.
        own: what follows is the contact's own will: an "I" before it takes nothing back.
    """
    if POLITE_YOU.search(before) or (own and _I.search(before)):
        return False
    return TAKEN_BACK.search(before) is not None


def _polite(run: str) -> bool:
    """Stop and nothing but courtesies."""
    words = run.split()
    rest = [word for word in words if word not in _STOP and word not in _FILLERS]
    if rest and " ".join(rest) not in ("opt out", "stop all"):
        return False
    return any(word in _STOP for word in words) or "opt out" in run


def _bare_stop(said: Plain) -> bool:
    """A clause that is a stop and courtesies, beside others."""
    return any(_polite(clause) for clause in said.clauses)
