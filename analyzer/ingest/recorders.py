"""What recorders write about themselves into the files they save: no word of it was said.

In the languages of their users: Teams writes "Ann Lee hat die Transkription gestartet", Meet
"La transcription s'est terminée après 00:45:12". Verbs and nouns are known by their stems.
"""

from __future__ import annotations

import re

_STEM = (
    r"(?:transcri[bçcptr]|transkri[bp]|transkryp|trascri|транскри|стенограм|文字起こし|文字起し|听录|聽錄|轉錄"
    r"|转录|转写|轉寫|逐字稿|전사|스크립트|přepis|prepis)"
)
TRANSCRIPT = re.compile(rf"(?i)[^\W\d_]*{_STEM}[^\W\d_]*")  # the word, in any form
_SWITCHED = re.compile(
    r"(?i)start|stop|gestart|beend|begonn|démarr|commenc|lanc|arrêt|interro[mt]|interrup|inici|detuv|finaliz"
    r"|parou|avviat|termin|rozpocz|zatrzym|zakończ|avslut|påbörj|avbr|開始|開啟|停止|終了|启动|啟動|开始|结束|結束"
    r"|시작|중지|종료|başlat|durdur|начал|начат|останов|заверш|zahájil|ukončil|spustil|zastavil"
)
_SWITCH_CHARS = 110
_SWITCH_WORDS = 12
_SENTENCE = re.compile(r"[.!?。！？,;]$|[?;]\s")
_SPEAKING = re.compile(r"(?i)(?:i|we|you|he|she|they|it|please|let|so|ich|wir)(?:['’]\w+)?")
_CREDIT = re.compile(
    r"(?i)^\W*(?:"
    r"(?:transcribed|transcript(?:ion)?|captioned|captions|subtitles) (?:by|with|from|powered by) "
    r"(?:https?://)?[\w-]+\.[a-z]{2,5}\b.{0,100}"
    r"|this (?:transcript|file) (?:was (?:exported|generated|transcribed) (?:on|by|with)"
    r"|is longer than \d+ minutes)\b.{0,200}"
    r"|sonix (?:is the world|has many features)\b.{0,600}"
    r"|automatically convert your \w+ files? to text\b.{0,300}"
    r"|page \d{1,4} of \d{1,4}"
    r"|view recording\b.{0,200}"
    r"|(?:action item|screen sharing|highlight)s?: .{0,400}\bwatch: http.{0,400}"
    r")$"
)


def is_switch(line: str) -> bool:
    """Say whether a line tells that somebody switched the recorder on or off: a name, no sentence."""
    if len(line) > _SWITCH_CHARS or not TRANSCRIPT.search(line) or not _SWITCHED.search(line):
        return False
    words = line.split()
    begins_like_name = not line[:1].islower() and not _SPEAKING.fullmatch(words[0])
    return begins_like_name and len(words) <= _SWITCH_WORDS and not _SENTENCE.search(line)


def is_credit(line: str) -> bool:
    """Say whether a service names itself in a line, or adds one for its own page ("Transcribed by …")."""
    return bool(_CREDIT.match(line))
