"""The words by which mail clients and people mark what is not new, in the languages people write in.

`mail-parser-reply` knows a dozen of these languages too; its patterns run over the whole body and take
quadratic time on long lines, so the words are kept here and asked line by line.
"""

from __future__ import annotations

import re


def _any(text: str) -> str:
    """Make one pattern of alternatives written over several lines; "…" at an end: it goes on below."""
    lines = "|".join(part for line in text.splitlines() if (part := line.strip()))
    return lines.replace("…|…", "")


# "… wrote:", what a client puts before a quote. Some languages name the writer after the verb.
_WROTE = _any(r"""
    wrote|writes|said|has written|a écrit|écrit|escribió|escribio|ha scritto|scrisse|scrive
    escreveu|schreef|schrieb|schreibt|skrev|kirjoitti|napisał(?:\(a\)|a)?|nadesłał|pisze
    napsal(?:a|\(a\))?|napísal(?:a|\(a\))?|написал(?:а|\(а\))?|пишет|пише|írta|yazdı|şunu yazdı
    έγραψε|viết|a scris|menulis|написа|напиша|написав(?:ла)?|napisao(?: je|\(la\)| je/la)?|napisala je
    je napisal(?:a|\(a\))?|je napisao(?:/la)?|parašė|rašė|rakstīja|kirjutas|skrifaði|va escriure|idatzi du
    escribiu|כתב(?:/ה)?|כתבה|كتب|نوشت|ने लिखा|เขียนว่า
""")
_WROTE_WIDE = "写道|寫道|写到|のメール|님이 작성(?:하였습니다)?|님이 쓴 글"  # scripts without blanks
WROTE = re.compile(
    rf"(?i)(?:(?<![^\W\d_])(?:{_WROTE})|(?:{_WROTE_WIDE}))(?: \(?<?[^\s<>()]+@[^\s<>()]+>?\)?)?\s*[:：]$"
)
WROTE_THEN_NAME = re.compile(
    r"(?i)(?<![^\W\d_])(?:schrieb|schrijft|schreef|skrev|wrote|scrisse|napisał(?:a|\(a\))?|napsal(?:a|\(a\))?)"
    r"\s+[^:：]{2,120}[:：]$"
    r"|(?<![^\W\d_])wrote on [\d/.: -]{6,40}(?:[AP]M)?(?: [A-Z]{2,5})?:$"  # Lotus Notes, with a time
)
# Webmails that say nothing of when: "Zitat von Ann <…>:".
QUOTING = re.compile(
    r"(?i)^(?:zitat von|quoting|citando a|citando|quoted from|missatge de|mensaje citado por)\s"
)
WROTE_LEAD = re.compile(
    r"(?i)^[*_]*(?:on|am|le|el|il|op|den|dne|dnia|w dniu|em|no dia|at|in article|quoting|zitat von|lørdag|"
    r"ons|man|tir|tor|fre|lör|søn|sön|mån|tis|lun|mar|mer|mié|jeu|ven|sam|dim|вт|пн|ср|чт|пт|сб|вс)\b"
)
DATED = re.compile(r"(?:\b|年)\d{1,4}(?:[./:-]\d{1,2}|[年月日]|\s+\w+\.?,?\s+(?:at\s+)?\d{2,4})|\d{1,2}:\d\d")
ADDRESSED = re.compile(r"[^\s<>@]{1,80}(?:@| at )[^\s<>@]{1,80}\.\w|\[mailto:")

# Fields of a header that a client copies into the body; the class decides, not the language.
_FIELDS = {
    "from": r"""
        from|von|de|da|van|från|fra|od|de la|deia|lähettäjä|от|від|מאת
        发件人|發件人|寄件者|差出人|送信者|보낸\s?사람|feladó|kimden|από
    """,
    "sent": r"""
        sent|date|gesendet|datum|envoyé|envoyée le|date d'envoi|enviado|enviado el|enviada em|enviado em|fecha
        inviato|data|verzonden|skickat|sendt|dato|wysłano|odesláno|отправлено|дата|надіслано|发送时间|發送時間
        寄件日期|日期|日时|送信日時|日時|보낸\s?날짜|날짜|küldve|dátum|gönderilen|gönderme|tarih|lähetetty|päiväys
        trimis|data|datum slanja|poslano|poslato|odoslané|kuupäev|saadetud|išsiųsta|nosūtīts|נשלח|изпратено
        ημερομηνία|στάλθηκε|dikirim
    """,
    "to": r"""
        to|an|à|a|para|aan|till|til|do|komu|кому|收件人|收件者|宛先|받는\s?사람|címzett|kime|προς|vastaanottaja|dla
        către|za|prima|komu|saaja|kam|אל|до|kepada
    """,
    "cc": r"""
        cc|bcc|kopie|kopia|kopi|copie à|copia|c\.c\.|дв|dw|копия|抄送|副本|참조|másolat|bilgi|kopio
    """,
    "subject": r"""
        subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|předmět|тема|主题|主題|主旨|件名|제목
        tárgy|konu|aihe|θέμα|subiect|predmet|zadeva|teema|tēma|נושא|относно|perihal
    """,
    "other": r"""
        reply-to|antwort an|importance|wichtigkeit|organi[sz]ation|attachments?|anlagen?|priority
    """,
}
FIELD = re.compile(
    r"(?i)^[*_ ]{0,4}(?:"
    + "|".join(f"(?P<{kind}>{_any(names)})" for kind, names in _FIELDS.items())
    + r")\s{0,3}[*_]{0,2}\s?[:：][*_]{0,2}(?:\s|$)"
)
_ORIGINAL = _any(r"""
    original (?:message|appointment|meeting|e-?mail)|ursprüngliche (?:nachricht|mail|termin)
    original-?nachricht
    message (?:d['’]origine|original|transféré|initial)|mensaje (?:original|reenviado)
    messaggio (?:originale|inoltrato)|oorspronkelijke? bericht|mensagem (?:original|encaminhada)
    original ?meddelande|ursprungligt meddelande|(?:oprindelig|opprinnelig) (?:meddelelse|melding)
    wiadomość oryginalna|oryginalna wiadomość|původní (?:zpráva|e-mail)|исходное сообщение
    пересылаемое сообщение|alkuperäinen viesti|eredeti üzenet|özgün ileti|原始邮件|原始信件|转发邮件
    元のメッセージ|転送メッセージ|원본 메시지|forwarded (?:message|e-?mail)|weitergeleitete nachricht
    doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:meddelelse|melding)|forwarded by
    reply message|reply separator|quoted text|inline attachment
""")
ORIGINAL = re.compile(rf"(?i)^\s*[-_=*>]{{2,}}\s*(?:begin )?(?:{_ORIGINAL}).{{0,160}}$")
BEGIN_FORWARD = re.compile(
    r"(?i)^\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message "
    r"(?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato|"
    r"begin doorgestuurd bericht)\s*:\s*$"
)
FORWARD = re.compile(
    r"(?i)forward|weitergeleitet|transféré|réexpédié|reenviad|inoltrat|doorgestuurd|vidarebefordra|videresend|"
    r"encaminhad|пересыл|转发|転送"
)

# A line that opens the end of a mail, where nothing but a signature follows.
_CLOSING = _any(r"""
    (?:with |my |many |very |and |& |thanks? (?:&|and|in advance and) )*(?:best|kind|kindest|warm|…
    …warmest|friendly)?…
        … ?(?:regards|greetings|wishes)(?: (?:from|to all|und|and) [\w ]{1,30})?
    all the best|best|cheers|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|yours
    respectfully|with respect
    rgds|brgds|br|kr|many thanks|thanks(?: a lot| again| so much| very much| in advance)?|ta|thx
    take care|talk soon
    thanks (?:&|and) (?:best |kind )?regards|thank you(?: very much| in advance| again)?
    (?:mit )?(?:den )?(?:freundlichen|besten|herzlichen|lieben|schönen|vielen|kollegialen) gr(?:ü|…
    …ue)(?:ß|ss)en…
        …(?: (?:aus|und) [\w ]{1,30})?
    (?:freundliche|beste|herzliche|liebe|schöne|viele) gr(?:ü|ue)(?:ß|ss)e(?: aus [\w ]{1,30})?
    (?:schönen |lieben |besten )?gru(?:ß|ss)|mfg|lg|vg|bg|hochachtungsvoll
    (?:bien |très )?(?:cordialement|amicalement|sincèrement)
    (?:meilleures |sincères )?salutations(?: distinguées)?
    bien à (?:vous|toi)|cdlt|merci(?: d'avance| beaucoup)?|bonne (?:journée|soirée|réception)
    (?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|cordialmente|(?:muchas )?gracias|un abrazo
    (?:cordiali|distinti|cari|un caro) saluti|saluti|grazie(?: mille)?
    atenciosamente|(?:melhores )?cumprimentos|abraços|obrigad[oa]|att
    (?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|bedankt
    (?:med )?(?:vänliga?|bästa|venlige?|vennlig|bedste|beste) (?:hälsning(?:ar)?|hilsen(?:er)?|hilsner)
    mvh|hälsningar
    hilsen|z poważaniem|pozdrawiam|(?:s )?pozdravem|děkuji|üdvözlettel|с уважением|спасибо
    ystävällisin terveisin
    terveisin|saygılarımla|此致|祝好|谢谢|以上|よろしくお願い(?:いた)?します。?|敬具|감사합니다|수고하세요
""")
CLOSING = re.compile(rf"(?i)^(?:{_CLOSING})\s*+(?:[,.!–-]|;(?!-?\)))*+\s*+(?:[:;]-?\))?\s*+$")
_SENT_FROM = _any(r"""
    sent (?:from|via|with|by|on) (?:my|the|an?|outlook|mail|yahoo|proton|samsung|gmail|mobile|phone|…
    …iphone|ipad|android)\b.{0,80}
    sent (?:from|via|with) (?:[\w.-]+ ?){1,4}(?:for [\w ]{2,20})?
    get outlook for .{0,60}|von meinem .{0,60} gesendet|gesendet (?:von|mit|über) .{0,60}
    envoyé (?:de|depuis|à partir de) .{0,60}|enviado (?:desde|do|de|a partir do) .{0,60}|inviato da .{0,60}
    verzonden (?:vanaf|met|via) .{0,60}|skickat från .{0,60}|sendt fra .{0,60}|wysłane? z .{0,60}
    odesláno z .{0,60}
    отправлено (?:с|из) .{0,60}|lähetetty .{0,60}|从我的.{0,20}发送|发自我的.{0,20}
    iphoneから送信|내 .{0,20}에서 보냄
    do you yahoo!?\?|yahoo! messenger|get your free .{0,60}|virus-free\. .{0,60}
""")
SENT_FROM = re.compile(rf"(?i)^[\s*_<>\[\]-]*(?:{_SENT_FROM})\s*$")

_FOOTER = _any(r"""
    mailing list\b|/listinfo/|unsubscribe|list archives?:|subscribed to|reply to this email directly
    view it on
    you are receiving this|you received this|majordomo|listserv\b|wa\.exe\?|abmelden|austragen|se désabonner
    darse de baja|groups\.google\.com|avast\.com|checked by avg|scanned (?:by|for)|incoming mail is certified
    [\w.+-]{1,64}(?:@| at )(?:lists?|googlegroups)\.
""")
FOOTER = re.compile(rf"(?i)(?:{_FOOTER})")
# Those that are a footer without a rule above them.
STRONG_FOOTER = re.compile(
    r"(?i)^(?:to unsubscribe|you (?:received|are receiving) this|reply to this email directly|unsubscribe\b|"
    r"\S* ?mailing list$|zum abmelden|pour se désabonner)|unsubscribe (?:from|send|here|at|:)|/listinfo/|"
    r"view it on github|groups\.google\.com|wa\.exe\?|checked by avg|avast\.com"
)
_CONFIDENTIAL = _any(r"""
    confidential|privileged|proprietary information|intended (?:solely|only|exclusively|for)
    intended recipient
    sole use|unauthori[sz]ed|disclos|in error|delete (?:it|all|this|the)|vertraulich|irrtümlich
    nicht der (?:richtige|beabsichtigte)|confidentiel|destinataire|par erreur|confidencial|destinatario
    por error
    riservat|per errore|vertrouwelijk|geadresseerde|konfidentiell|fortrolig|poufn|保密|机密|virus|liability
    registered (?:office|in england)|amtsgericht|handelsregister|geschäftsführer|before printing|environment
    legal notice|recipient only
""")
CONFIDENTIAL = re.compile(rf"(?i)(?:{_CONFIDENTIAL})")
MESSAGE = re.compile(
    r"(?i)e-?mail|message|mail\b|nachricht|courriel|correo|mensaje|messaggio|bericht|meddeland|meddelelse|wiadomo|"
    r"邮件|communication|attachment|company|registered"
)
_DISCLAIMED = _any(r"""
    (?:(?:legal |important |confidentiality |privacy )?…
        …(?:disclaimer|caution|external(?: e?-?mail| sender)?|warning|confidentiality|confidential|…
        …achtung|vorsicht|hinweis|…
        …wichtiger hinweis|avertissement|attention|aviso(?: legal)?|avviso|waarschuwing|varning|advarsel
        uwaga|upozornění|…
        …免责声明|保密声明)(?: (?:notice|note|statement|legal))?\s*[:：\]!.-])
    this (?:e-?mail|message|mail|communication)(?:,? (?:and|including|with) [\w ,]{1,60}?)?…
        … (?:may|is|are|contains?|has been|was|originated)\b
    diese (?:e-?mail|nachricht) (?:ist|kann|enthält)|ce (?:message|courriel|mail) (?:et|est|peut|contient)
    este (?:mensaje|correo|e-?mail) (?:y|es|puede|contiene|e|pode)|questo messaggio|dit bericht
    (?:please )?(?:think|consider) (?:of |about )?the environment|save a tree
    the information (?:contained )?in this (?:e-?mail|message)
""")
DISCLAIMER = re.compile(rf"(?i)^[\s*_\[\]<>#!-]*(?:{_DISCLAIMED})")
# What a mail server puts above a mail from outside.
WARNED = re.compile(r"(?i)outside|external|unknown sender|do not (?:click|open)|extern|print|environment")
_GREETING = _any(r"""
    hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|greetings|all|folks|team|everyone
    everybody
    hallo|liebe[rs]?|sehr geehrte[rs]?|guten (?:tag|morgen)|moin|servus|bonjour|bonsoir|cher|chère|chers
    hola|estimad[oa]s?|buenos días|buenas|ciao|buongiorno|gentile|egregio|salve|olá|prezad[oa]s?|caro
    cara|bom dia
    beste|geachte|hoi|dag|hej|kära|kjære|hei|cześć|dzień dobry|szanowni|ahoj|dobrý den|вітаю|здравствуйте
    добрый день|kedves|merhaba|sayın|您好|你好|各位|お世話になっております
""")
GREETING = re.compile(rf"(?i)^(?:{_GREETING})\b")
# One word that stands alone may be an answer and no name.
_ANSWERS = "Agreed|Approved|Confirmed|Correct|Done|Fine|Good|Great|No|None|Noted|Ok|OK|Okay|Perfect|Sure|Yes"
_NAME = rf"(?!(?:{_ANSWERS})\b)"
_NAMES = rf"{_NAME}[^\W\d_a-zß-ÿ][\w.'’-]*(?: [^\W\d_a-zß-ÿ][\w.'’-]*){{0,3}}"
NAMES_ONLY = re.compile(rf"^{_NAMES}(?:(?:,| and| und| et| y| &) {_NAMES}){{0,5}}\s?[,!:;.–-]?$")
