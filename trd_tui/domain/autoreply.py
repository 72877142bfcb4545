"""Automatic answers: a phone that drives, an office that is closed, a carrier that could not deliver.

Nobody has read the text, so the sequence goes on. Only what machines write word for word is taken for one:
"I'm driving, call you later" is a person's answer.
"""

from __future__ import annotations

import re

_MACHINES = (
    # phones
    r"^im driving with (?:do not|dont) disturb|^im driving with (?:\w+ )?focus"
    r"|turned on \| ill see your message",
    r"\bill see your message when i get where im going",
    r"\bim not receiving notifications\b",
    r"\b(?:dont disturb|focus|sleep|driving mode|personal focus) (?:is|has) (?:been )?(?:turned )?on\b",
    r"\bhas notifications silenced\b",
    r"^im driving(?: right now| at the moment| now)? (?:\| )?(?:and )?"
    r"(?:ill (?:get back to you|respond|reply|text you)|cant (?:text|respond|reply))",
    r"\b(?:estoy|voy) (?:conduciendo|manejando)\b.*\b(?:respondo|respondere|contesto|contestare|llamo"
    r"|llamare)\b",
    # what says so itself
    r"\bauto ?(?:mated|matic)? ?(?:reply|response|responder)\b|\bautomat(?:ic|ed) (?:reply|response"
    r"|answer|message|text)",
    r"\bthis is an? auto\w*\b|\bsent automatically\b|\bautoreply\b",
    r"\b(?:respuesta|mensaje|contestacion) automatic[ao]\b",
    # offices
    r"\b(?:out of|away from) (?:the |my )?office\b.*\b(?:until|return\w*|back|limited|respond|reply"
    r"|urgent)\b",
    r"\bfuera de (?:la )?oficina\b",
    r"\b(?:thank you|thanks) for (?:contacting|reaching out|texting|messaging|your (?:message|text"
    r"|inquiry))\b"
    r".*\b(?:we|our (?:office|team|hours)|a (?:team member|representative|member))\b",
    r"\bgracias por (?:contactar|comunicarse|escribir|su mensaje|tu mensaje)\b.*\b(?:horario|pronto"
    r"|breve|equipo)\b",
    r"\b(?:we are|were|our office is) (?:currently |now )?closed\b.*\b(?:hours|open|business)\b",
    # numbers that nobody reads, and carriers
    r"\b(?:mailbox|inbox|number|line|account) is (?:not|un) ?(?:being )?monitored\b",
    r"\b(?:number|line|phone) (?:cannot|can not|does not|doesnt|is unable to|is not able to) (?:receive"
    r"|accept) "
    r"(?:text|sms|message|reply|replies)",
    r"\b(?:message|service|content) blocking is active\b|\bfree ?message\b.*\b(?:unable|not|blocked)\b",
    r"\b(?:message|text|sms) (?:could not|cannot|was not|can not) be? ?(?:delivered|sent)\b",
    r"\b(?:number|person|customer|subscriber|party)\b.{0,40}\b(?:trying to reach|is not in service|"
    r"has been disconnected|is not available|is unavailable|not accepting)\b",
    r"\b(?:numero|cliente)\b.{0,40}\b(?:no esta en servicio|fuera de servicio"
    r"|no se encuentra disponible)\b",
)
_MACHINE = re.compile("|".join(f"(?:{pattern})" for pattern in _MACHINES))


def is_automatic(words: str) -> bool:
    """Whether a machine has answered; ``words`` as `plain_words.plain` gives them."""
    return _MACHINE.search(words) is not None
