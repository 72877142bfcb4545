"""What people write who want no more texts, in English and Spanish, as patterns over plain words.

The law takes "any reasonable means" (47 CFR 64.1200(a)(10)), not one word. Three tables: orders that mean it
wherever they stand, orders that a condition can turn into something else ("don't text me at work"), and words
that a person should look at.
"""

from __future__ import annotations

import re

_LIST = (
    r"(?:lists?|database|data base|system|records?|mailing|texts?|texting|messages|messaging|contacts?"
    r"|everything"
    r"|here|this|group|chat|campaigns?|crm|sms|files?|directory|distribution|it|all|thread|spam|calls?"
    r"|phone book)"
)
_ME = (
    r"(?:me|us|my (?:\w+ ){0,3}?(?:number|name|info|information|contact|phone|cell|data|details)"
    r"|this (?:\w+ )?"
    r"(?:number|phone)|mine|our (?:\w+ )?number|(?:the )?number|my|(?:[0-9]+ ?)+)"
)
_TALK = (
    r"(?:text|texting|texts|texted|message|messages|messaging|sms|contact|contacting|calling|calls|call me"
    r"|bother\w*|harass\w*|spam|spamming|sending|send me|emailing|emails|solicit\w*|communicating"
    r"|communication"
    r"|writing|hitting me up|reaching out|pestering|bugging|annoying|blowing up|this (?:shit|crap|spam"
    r"|nonsense))"
)
_MUCH = (
    r"(?:(?:all|with|the|these|this|those|your|please|sending|any|further|damn|fucking|freaking|fing|stupid"
    r"|constantly|me|you|of|automated|guys|of you|random|marketing|stop|now|just|fkn) ){0,5}"
)

ORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:stop|quit|cease|discontinue|halt) {_MUCH}{_TALK}\b",
        r"\bend (?:all |the |these |your )+(?:texts|messages|texting|messaging|spam)\b",
        rf"\b(?:remove|delete|erase|exclude|unlist) {_ME}(?: (?:please|now|immediately|asap"
        rf"|thanks))*(?: \||$)",
        rf"\b(?:remove|delete|erase|exclude|unlist) {_ME} (?:from|off|out of|of)(?: \w+){{0,4}}? {_LIST}\b",
        rf"\b(?:take|get|drop|pull|strike|scratch|keep) {_ME} (?:off|from|out of"
        rf"|of)(?: \w+){{0,4}}? {_LIST}\b",
        rf"\b(?:take|get) {_ME} (?:off|out)(?: (?:please|now|immediately|asap|thanks))*(?: \||$)",
        r"\b(?:take|get|remove) (?:me )?off (?:of )?(?:your|this|the)?(?: \w+){0,2} ?lists?\b"
        r"|\bremove from (?:\w+ )?list\b",
        r"\b(?:put|add|place) (?:me|us|my number|this number) (?:on|to) (?:\w+ )?(?:dont|dnc"
        r"|no) ?(?:call|contact|text|list)",
        r"\b(?:lose|forget|throw away|erase|trash) (?:my|this) (?:\w+ )?number\b",
        r"\bleave (?:me|us|this number|my (?:wife|husband|family|mom)) (?:the (?:hell|fuck) )?alone\b",
        # Spanish
        r"\bno (?:me |nos )?(?:vuelva[ns]?|siga[ns]?) (?:a |con )?(?:escrib|mand|envi|llam|text|contact"
        r"|molest)\w*",
        r"\b(?:deja|dejar|deje|dejen|dejes|pare|paren|para|paras) (?:ya )?de (?:\w+ )?(?:escrib|mand"
        r"|envi|molest|text|llam"
        r"|contact|chinga|jod|spam)\w*",
        r"\bno (?:quiero|deseo|quisiera|queremos|deseamos|necesito|acepto)(?: (?:mas|recibir|sus|tus"
        r"|estos|seguir"
        r"|recibiendo|ningun|ningunos|que|me|nos|este|tipo|de|por|favor|ya|sigan|esten|los|otros))*"
        r" (?:mensaj\w+|textos?|sms|publicidad|promociones|spam|llamadas|escrib\w+|mand\w+|envi\w+"
        r"|contact\w+|molest\w+"
        r"|text\w+|nada mas|saber (?:nada )?de (?:ustedes|ti|usted))\b",
        r"\b(?:quit|borr|elimin|sac|saqu|remuev|remov|retir|dar|den|excluy)(?:e|en|a|an|ar|er|es)?(?:me"
        r"|nos)? (?:\w+ ){0,3}?"
        r"(?:listas?|numero|base de datos|contactos)\b",
        r"\b(?:quitenme|borrenme|eliminenme|saquenme|quiteme|borreme|elimineme|saqueme|borrame"
        r"|eliminame)\b",
        r"\b(?:dar|darme|denme|deme|dame|doy|quiero|darnos|solicito|darse)(?: \w+)? (?:de |la )?baja\b",
        r"\bdesuscri\w+|\bdesinscri\w+|\bcancel\w+ (?:la |mi |esta )?(?:suscripcion|subscripcion)\b",
        r"\bno mas (?:mensaj\w+|textos?|sms|llamadas|spam|publicidad)\b|\bbasta (?:de"
        r"|ya con) (?:\w+ )?(?:mensaj\w+|textos|spam)",
        r"\b(?:dejenme|dejeme|dejame|dejennos) en paz\b",
    )
)
"""Orders that mean it, unless the words before them take them back."""

WISHES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bcease and desist\b|\b(?:revoke|withdraw|rescind)\w* (?:\w+ )?(?:consent|permission"
        r"|authorization)",
        r"\b(?:want|wants|like|need|wish|wishing|trying|tried|how do i|how can i|how to|please|let me"
        r"|asked) (?:to )?"
        r"(?:unsubscribe|opt out|be (?:remove|taken off|unsubscribed))\b",
        r"\bunsubscribe (?:me|us|this|my|please|now|from|immediately)\b|\bopt (?:me|us) out\b"
        r"|\bopt out (?:please|of|now)\b",
        r"\bi (?:am |m )?opt(?:ing|ed)? out\b|\bim opting out\b|\bi (?:have )?(?:already )?unsubscribed\b",
        r"\balready (?:opted out|unsubscribe\w*|(?:said|told|asked|texted|replied|sent|typed"
        r"|wrote) (?:you )?(?:guys )?(?:to )?stop)\b",
        r"\b(?:said|told you(?: guys| people)?(?: to)?|asked you(?: guys| people)?(?: to)?|replied"
        r"|typed|i texted) (?:\w+ )?stop\b",
        r"\bno more (?:\w+ ){0,2}(?:texts|text|messages|message|sms|contact|calls|spam|solicit\w*"
        r"|communication|of (?:this|these))\b",
        r"\bno (?:texts|messages|sms) (?:please|anymore|ever)\b|\bplease no (?:more|texts|messages)\b",
    )
)
"""What contacts say of their own will: an "I" before it takes nothing back."""

CONDITIONAL = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:dont|never|stop and dont) (?:(?:ever|you|please|again|even|be|you ever"
        r"|guys) ){0,3}(?:text|texting|message|messaging|contact"
        r"|contacting|call|calling|bother|bothering|sms|email|spam|reach out to|write|writing"
        r"|hit up)(?: to)?"
        r" (?:me|us|my (?:phone|number|cell|house)|this (?:number|phone)|here|again|anymore|ever|no more)\b"
        r"(?! (?:sir|maam|that|bro|dude|a|an|by|mr|mrs|crazy|late|names|for|about|if)\b)",
        r"\b(?:dont|never) (?:ever )?(?:contact|text|message|call)(?: \||$)",
        r"\b(?:dont|never) (?:ever )?(?:send|sending) (?:me |us )?(?:any|anything|any more|more|these"
        r"|this|texts|messages|another|stuff|shit|sms|anymore)\b",
        r"\b(?:dont|no longer|never|not|didnt|do no) (?:\w+ )?(?:want|wish|consent|agree|authorize|like"
        r"|care)(?:ing|ed)? (?:for )?(?:you )?(?:to )?"
        r"(?:(?:be )?(?:contacted|texted|messaged|bothered|solicited|called|on (?:your|this|the"
        r"|any)(?: \w+)? list)"
        r"|(?:(?:receive|get|keep|getting|receiving|see|have) ){0,3}(?:(?:any|more|your|these|this"
        r"|those|the|further|such|anymore|marketing"
        r"|spam|unsolicited|promotional|of|text|sms|stupid|additional|automated|sales) ){1,5}(?:texts?"
        r"|messages?|messaging|sms|communications?"
        r"|spam|calls|solicitations?|notifications?|alerts|contact)"
        r"|(?:receive|get|receiving|getting) (?:texts?|messages|sms|spam)|(?:texts|messages|sms|spam)"
        r"|hear from (?:you|anyone|your|this)|contact me|text me|message me)\b",
        r"\bno (?:manden|envien|escriban|llamen|molesten|contacten)\b",
        r"\b(?:ya )?no (?:me|nos) (?:escriba[ns]?|escribes|mande[ns]?|manda[ns]?|envie[ns]?|llame[ns]?"
        r"|contacte[ns]?|texte?e[ns]?|moleste[ns]?"
        r"|este[ns]? \w+ndo|ande[ns]? \w+ndo)\b",
    )
)
"""Orders that a time, a place or another way to reach them turns into something a person must read."""

CONDITION = re.compile(
    r"\b(?:instead|rather|just (?:text|call|email|send)|until|till|before|after|contact my|my attorney"
    r"|my lawyer|my agent|at work|at night|tonight|tomorrow|today|this week"
    r"|weekends?|sundays?|saturdays?|during|right now|at the moment|for now|unless|later|so (?:early"
    r"|late)|call me|texts? (?:me|is|are|only)"
    r"|text me|email me|only|other number|old number|prefer|while|yet|mejor|llamame|llameme|hasta"
    r"|ahorita|ahora|manana|hoy"
    r"|despues|tarde|temprano|por ahora|prefiero|trabajo|correo)\b"
)

TAKEN_BACK = re.compile(
    r"(?:\b(?:dont|never|didnt|not|cant|wont|doesnt|hasnt|havent|isnt|without|couldnt|no need to)"
    r"(?: (?:ever|you|please|even|just|going to|to|want you to|want to|have to|need to|let them|sign"
    r"|say|said|ask))?"
    r"|\b(?:i|we|he|she|they|it|who|people|someone|somebody)(?: (?:will|can|would|might|could|should"
    r"|have to|had to|did|just|usually|dont|never))?"
    r"|\b(?:ill|well|id|if you|if i|when i|did you|did i|did he|did she|didnt you|why dont you"
    r"|why do you|why|you|that|por que|yo|el|ella) ?"
    r")$"
)
"""Words before an order that make it somebody else's, a question or its contrary: why did you stop?"""

POLITE_YOU = re.compile(
    r"\b(?:can|could|will|would|please|need|want|asking|ask|told|tell|wish|like)(?: for)?(?: all of)? you$"
)
"""A you that an order may follow: "can you stop texting me"."""

DOUBTFUL = re.compile(
    r"\b(?:bother\w*|remov\w+ (?:me|us|my|this)|from (?:your|this) (?:\w+ )?list|(?:dont|not"
    r"|never) (?:\w+ )?(?:reply|respond)"
    r"|rather you (?:didnt|not|dont)|wrong info\w*|no longer (?:uses?|has|have|owns?)"
    r"|stop|stopall|unsubscribe\w*|opt(?:ed|ing)? out|revoke|withdraw|quit|quitting|no more"
    r"|no mas(?! (?:de|que)\b)|nomas por favor|basta|pare|paren|parenle|cease|desist"
    r"|leave (?:me|us|it) (?:alone|be)|leave me|wrong (?:number|person|guy|phone|contact|one|family"
    r"|house|lady|man|cell)|not the right (?:number|person)"
    r"|fuck off|gtfo|stfu|f off|fuck you|fuck u|eff off|go away|get lost|piss off|screw you|buzz off"
    r"|get (?:a life|bent)|kick rocks|bug off|back off|go to hell"
    r"|scam\w*|spam\w*|report(?:ing|ed)?|lawyer|attorney|sue|suing|lawsuit|legal action|fcc|ftc|tcpa"
    r"|dnc|do not call|dont call list"
    r"|harass\w*|block(?:ed|ing|s)?|illegal\w*|unsolicited|unwanted|take legal|police|cops"
    r"|(?:get|got|gave|give|obtain|find|found) (?:you )?my (?:\w+ )?(?:number|info|information|contact)"
    r"|never (?:signed|asked|subscribed|gave|agreed|opted)|(?:didnt|did not|dont remember) (?:sign|ask"
    r"|subscrib|giv|opt|agree)\w*"
    r"|(?:remove|delete|erase|unlist|exclude) (?:me|us|my|this|mine|number)|off (?:of )?(?:your|the"
    r"|this) (?:\w+ )?list|(?:take|get|be|get me) (?:me )?(?:off|remove|removed)|my list|mailing list"
    r"|(?:dont|never|not|no longer|no) (?:\w+ ){0,3}?(?:text|texting|texts|contact|message|messages"
    r"|messaging|bother\w*|sms|solicit\w*)"
    r"|dont (?:\w+ )?(?:call|write|email|send)|no (?:texts|messages|calls|solicit\w*|contact)"
    r"|lose (?:my|this)"
    r"|deceased|passed away|died|dead|passed on|minor|underage|(?:kid|child|children|son"
    r"|daughter)s? (?:phone|cell|number)"
    r"|(?:isnt|not|no longer) (?:his|her|their|hers) (?:number|phone|cell)|new (?:number|owner of this)"
    r"|this (?:isnt|is not|aint) (?:\w+)"
    r"|no one (?:here )?(?:by|named|with)|nobody (?:here )?(?:by|named|with)|had this number"
    r"|have the wrong|has the wrong|got the wrong|sick of|tired of|annoying"
    r"|enough (?:with|of|already)|knock it off|cut it out|give it (?:up|a rest)|take a hint"
    r"|equivocad[oa]|no soy (?!de |el due|la due)|no conozco|fallecio|fallecid[oa]|murio|no (?:me"
    r"|nos) (?:escrib|mand|envi|contact|text|molest|llam)\w*|no quiero (?:mas|mensaj\w*|nada|que)"
    r"|ya no (?:quiero|me|mas)|no (?:deseo|autorizo|acepto|consiento)|contactad[oa]|deje[ns]? de"
    r"|deja de|dejen|dejeme|en paz|bloque\w+|denunci\w+|demand(?:ar|are|a legal)|acoso|estafa\w*|spam"
    r"|mensajes no solicitados|desuscri\w*"
    r"|(?:quit|borr|elimin|saqu)\w*(?:me|nos)\b|de baja|mi numero|parar?n? (?:ya|con|los|estos|de)"
    r"|no molest\w+|largate|vete|vayanse|chinga\w*|no escriban?|ya estuvo)\b"
)
"""Words that a person should look at."""

SHORT_DOUBTFUL = re.compile(
    r"^wrong\b|^(?:alto|baja|para|end)(?: (?:ya|por favor|gracias|please|now|this|these|it|them|esto))*$"
    r"|\b(?:cancel\w*|parar|detener|nomas|suspend\w*|disconnect|unfollow|delete|remove|block|out"
    r"|termin\w+|fin|enough"
    r"|bye|adios)\b"
)
"""The same, where the whole text has at most four words."""

ANGRY = re.compile(
    r"\b(?:not interested|no interest|dont|never|wrong (?:number|person)|no thanks?|no thank you|remove"
    r"|sold|report\w*|spam\w*|harass\w*|block\w*"
    r"|lawyer|sue|dnc|leave|enough|annoying|sick of|tired of|fuck\w*|shit|bother\w*|scam\w*|already"
    r"|not selling|not for sale|who (?:is|are|the)"
    r"|no longer|no me|gracias|por favor|unsubscribe|opt out|off your|texting|messages|texts"
    r"|not looking|list|again|anymore)\b"
)
"""Words beside a bare STOP that leave no doubt about it."""
