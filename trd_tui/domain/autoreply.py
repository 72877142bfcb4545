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
    r"^im driving with (?:carplay|android auto)\b|\bsent from my car\b",
    r"^\w+ has (?:\w+ )?(?:focus|dont disturb) (?:turned )?on\b|\bphone is in (?:sleep|driving) mode\b",
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
    r"\b(?:virtual|automated) (?:assistant|agent) (?:of|for|at|from)\b",
    # offices
    r"\b(?:out of|away from) (?:the |my )?office\b.*\b(?:until|return\w*|back|limited|respond|reply"
    r"|urgent)\b",
    r"\bfuera de (?:la )?oficina\b",
    r"\b(?:thank you|thanks) for (?:contacting|reaching out|texting|messaging|your (?:message|text"
    r"|inquiry))\b"
    r".*\b(?:we (?:will|have|are) (?:get back|be (?:in touch|with you)|reply|respond|review|received"
    r"|(?:currently |now )?(?:closed|away))|well (?:get back|be (?:in touch|with you)|reply|respond)"
    r"|were (?:currently |now )?(?:closed|away)|our (?:office|team|hours)|one of our"
    r"|a (?:team member|representative|member))\b",
    r"\b(?:ticket|case) \d{4,}\b.*\b(?:created|opened|team|respond)\b",
    r"\bgracias por (?:contactar(?:nos)?|comunicarse|escribir(?:nos)?|su mensaje|tu mensaje)\b"
    r".*\b(?:horario|pronto|breve|equipo)\b",
    r"\b(?:we are|were|our office is) (?:currently |now )?closed\b.*\b(?:hours|open|business)\b",
    # numbers that nobody reads, and carriers
    r"\bunattended (?:number|mailbox|inbox|line)\b|\b(?:number|mailbox|inbox|line) is unattended\b",
    r"\bthis service is not available\b|\bnumero no (?:recibe|acepta|puede recibir) mensajes\b",
    r"\b(?:buzon|numero)\b.{0,30}\bno esta (?:supervisad|monitoread|atendid)[oa]\b",
    r"\b(?:mailbox|inbox|number|line|account) is (?:not|un) ?(?:being )?monitored\b",
    r"\b(?:number|line|phone) (?:cannot|can not|does not|doesnt|is unable to|is not able to) (?:receive"
    r"|accept) "
    r"(?:text|sms|message|reply|replies)",
    r"\b(?:message|service|content) blocking is active\b|\bfree ?message\b.*\b(?:unable|not|blocked)\b",
    r"\b(?:message|text|sms) (?:could not|cannot|was not|can not) be? ?(?:delivered|sent)\b",
    r"\b(?:number|person|customer|subscriber|party)\b.{0,40}\b(?:trying to reach|is not in service|"
    r"has been disconnected|is not available|is unavailable|not accepting"
    r"|not able to receive)\b",
    r"\b(?:numero|cliente)\b.{0,40}\b(?:no esta en servicio|fuera de servicio"
    r"|no se encuentra disponible)\b",
)
# Who asks whether we are a machine, or tells what they have tried, is none.
_PERSON = re.compile(
    r"\b(?:is|was|are) (?:this|that|it|these|you)\b(?: \w+){0,3} (?:auto\w*|bots?|robots?|virtual)\b"
    r"|\b(?:sounds?|looks?|seems?|feels?|reads?) like (?:an? )?(?:auto\w*|bot|robot)\b"
    r"|\bi (?:have |just )?(?:tried|called|dialed)\b"
)
_MACHINE = re.compile("|".join(f"(?:{pattern})" for pattern in _MACHINES))


def is_automatic(words: str) -> bool:
    """Whether a machine has answered; ``words`` as `plain_words.plain` gives them."""
    return _MACHINE.search(words) is not None and _PERSON.search(words) is None
