"""A text as plain words: what people mean, without case, accents, emoji, doubled letters and usual slips."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SLIPS: dict[str, str] = {
    **dict.fromkeys(("stpo", "sotp", "stopp", "st0p", "stahp", "tsop", "sttop", "stopo"), "stop"),
    **dict.fromkeys(
        ("unsubcribe", "unsuscribe", "unsubscibe", "unsubscrib", "unsubsribe", "unsubscrible", "unscribe",
         "unsub", "unsubsribe", "unsubcrib", "unsubscride"),
        "unsubscribe",
    ),
    **dict.fromkeys(("txt", "tex", "texr", "txet"), "text"),
    **dict.fromkeys(("txts", "texs", "txtmsgs"), "texts"),
    **dict.fromkeys(("txting", "texing", "textin", "textng", "txtn", "txtin", "texying"), "texting"),
    **dict.fromkeys(("msg", "mesage", "messege", "mssg", "massage"), "message"),
    **dict.fromkeys(("msgs", "mesages", "messeges", "messges", "massages", "mssgs", "messags"), "messages"),
    **dict.fromkeys(("msging", "messageing", "mesaging"), "messaging"),
    **dict.fromkeys(("pls", "plz", "plez", "pleas", "pleese", "plse", "plese"), "please"),
    **dict.fromkeys(("thx", "ty", "tks", "thanx", "thnx", "tnx"), "thanks"),
    **dict.fromkeys(("dnt", "donot", "dony", "doant"), "dont"),
    **dict.fromkeys(("rmove", "remov", "romove", "remve"), "remove"),
    **dict.fromkeys(("numbr", "nmbr", "num", "numer", "nunber"), "number"),
    **dict.fromkeys(("porfa", "porfavor", "xfa", "xfavor", "pf"), "por favor"),
    "u": "you", "ur": "your", "yall": "you", "lsit": "list", "q": "que", "k": "que", "cellphone": "cell",
    "optout": "opt out", "nomore": "no more", "anymor": "anymore", "ne1": "anyone",
    "gimme": "give me", "wanna": "want to", "gonna": "going to", "intrested": "interested",
    "intersted": "interested", "mensages": "mensajes", "contacing": "contacting",
}  # fmt: skip
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_CLAUSE = re.compile(r"[.!?;:\n\r…()|,¡¿]+|\s[-–—]+\s|—")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in plain words.

    Attributes:
        clauses: what stands between marks, as words with one blank between; empty ones left out.
    """

    clauses: tuple[str, ...]

    @property
    def words(self) -> str:
        """The whole text; ``|`` stands where a mark was."""
        return " | ".join(self.clauses)

    @property
    def run(self) -> str:
        """The whole text as if it had no marks."""
        return " ".join(self.clauses)


def plain(text: str) -> Plain:
    """Return a text in plain words: ASCII letters and digits, small, slips mended."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(character for character in folded if not unicodedata.combining(character))
    folded = _RUN.sub(r"\1", _APOSTROPHES.sub("", folded))
    clauses = (_clause(part) for part in _CLAUSE.split(folded))
    said = tuple(clause for clause in clauses if clause)
    if len(said) > 2 and all(len(clause) == 1 for clause in said):
        said = ("".join(said),)  # s.t.o.p.
    return Plain(said)


def _clause(part: str) -> str:
    words = [_SLIPS.get(word, word) for word in _WORD.findall(part)]
    if len(words) > 2 and all(len(word) == 1 for word in words):
        words = ["".join(words)]  # s t o p
    return " ".join(words).replace("do not", "dont").replace("opt outs", "opt out")
