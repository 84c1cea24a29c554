"""The words that minutes in other languages than English use for their own parts.

A label is known as a whole ("Ort", "Prochaine réunion", 日時), not by one of its words: in these languages
a word of a field may well be a name. The upper-case strings are alternatives of a pattern.
"""

from __future__ import annotations

import re

from analyzer.records.meeting import UtteranceKind


def _any(text: str) -> str:
    return "|".join(part for line in text.splitlines() if (part := line.strip()))


FIELDS = _any(r"""
    datum|ort|zeit|uhrzeit|beginn|ende|dauer|raum|betreff|verteiler|anlagen?
    sitzungs(?:beginn|ende|datum|ort)
    protokoll(?:führ\w+|ant\w*|ersteller\w*)?|schriftführ\w+|sitzungsleit\w+|versammlungsleit\w+|leitung
    moderation|nächste(?:r|s)? (?:sitzung|termin|treffen|besprechung)|thema|ergebnis(?:se)?|gäste
    date|lieu|heures?|horaires?|début|fin|durée|objet|diffusion
    (?:date de )?(?:la )?prochaine (?:réunion|séance)
    secrétaire de séance|rédact(?:eur|rice|ion)|compte[- ]rendu(?: rédigé)? par|annexes?|salle
    rédigé par
    fecha|lugar|hora(?: de (?:inicio|fin|término|cierre))?|duración|asunto|próxima (?:reunión|sesión)
    elaborad[oa] por
    convocad[oa]s?(?: por)?|redactad[oa] por
    data|luogo|or[ae]|orario|inizio|fine|durata|oggetto|prossim[ao] (?:riunione|incontro|seduta)
    verbalizzante
    local|horário|início|término|duração|assunto|próxima reunião|redigid[oa] por
    plaats|locatie|tijd(?:stip)?|aanvang|einde|onderwerp|notulist|volgende vergadering
    miejsce|godzina|protokolant(?:ka)?|protokołował\w*|temat|następne spotkanie
    místo|čas|zapsal[ai]?|zapisovatel(?:ka)?|příští (?:schůze|schůzka|jednání)|téma
    plats|tid|sted|dato|tidspunkt|referent|nästa möte|neste møte|næste møde|paikka|aika|pöytäkirja
    дата|место|время|секретарь|протокол вёл
    日時|日付|開催日時?|開催場所|場所|会場|時間|作成者|作成日|記録者?|次回|次回予定|配布資料|資料
    傍聴者?|件名|会議名
    时间|地点|日期|记录人?|主题|会议名称|일시|장소|일자|작성자|회의명
""")
AGENDA = _any(r"""
    tagesordnung(?:spunkte)?|ordre du jour|orden del día|ordine del giorno|ordem do dia|pauta
    porządek obrad
    program (?:jednání|schůze)|dagordning|dagsorden|esityslista|повестка дня
    議事次第|会議次第|次第|議題|議事|アジェンダ|议程|议题|안건|회의 ?안건
""")
PRESENT = _any(r"""
    anwesend\w*|teilnehmer\w*|teilnehmende|présents?|présentes|étaient présent(?:e?s)?
    membres présents|participants?
    asistentes|asistencia|presentes|presenti|participantes|participanti|partecipanti|aanwezig\w*
    deelnemers
    obecni|uczestnicy|närvarande|til stede|deltagare|deltag(?:ere|er)|přítomni|účastníci|läsnä
    присутствовали
    участники|出席者|出席委員|出席議員|参加者|与会人员|参会人员|出席人员|참석자|참가자
""")
ABSENT = _any(r"""
    abwesend\w*|entschuldigt\w*|fehlend\w*|excusée?s?|absente?s?|ausentes|ausencias|assenti|afwezig\w*
    nieobecni
    frånvarande|fraværende|omluveni|nepřítomni|poissa|отсутствовали|欠席者|欠席委員|欠席議員|缺席|불참자
""")
_DECISION = _any(r"""
    beschl(?:uss|uß|üsse)|beschlossen|entscheidung(?:en)?|beschlussfassung|décisions?(?: prises?)?
    résolutions?
    délibérations?|acuerdos?(?: adoptados?)?|acordado|decisi(?:ón|ones)|resoluci(?:ón|ones)
    decision[ei]|deliber[ae]
    deliberazion[ei]|decis(?:ão|ões)|deliberaç(?:ão|ões)|besluit(?:en)?|beslissing(?:en)?|decyzj[ae]
    uchwał[ay]
    ustalenia|rozhodnutí|usnesení|beslut(?:ning|ninger)?|päätö(?:s|kset)|решени[ея]|постановили
    決定事項|決議(?:事項)?|決定|合意事項|結論|结论|决定|决议|결정 ?사항|의결 ?사항
""")
_ACTION = _any(r"""
    aufgaben?(?:liste)?|todos?|to-dos?|maßnahmen?|nächste schritte|offene punkte|arbeitsauftr(?:ag|äge)
    actions? à (?:mener|faire|réaliser)|tâches?|prochaines étapes|à faire|plan d['’]actions?
    relevé d['’]actions
    tareas?|próximos pasos|acciones|compromisos|pendientes|azioni|prossimi passi|compiti|ações
    próximos passos
    tarefas|encaminhamentos|acties?|actiepunt(?:en)?|taken|vervolgstappen|zadani[ae]|działania
    úkol(?:y|ů)?
    další kroky|uppgifter|åtgärder|oppgaver|opgaver|tehtävät|задачи|поручения
    宿題(?:事項)?|アクション(?:アイテム)?|タスク|今後の対応|次のステップ|待办(?:事项)?|行动项|할 ?일
    액션 ?아이템
""")
_NUMBERED = re.compile(
    r"(?i)(?:(?:item|top|tagesordnungspunkt|punkt|point|punto|agendapunt|bod|asia) ?(?:n[°º.] ?)?"
    r"|(?:議題|議案|案件|议题|議事) ?)(?=\d)"
)
_RECORD = re.compile(rf"(?i)^(?:(?P<decision>{_DECISION})|(?P<action>{_ACTION}))$")
_PART = re.compile(rf"(?i)^(?:{FIELDS}|{AGENDA}|{PRESENT}|{ABSENT})(?: \([^()]*\))?$")


def kind_of(label: str) -> UtteranceKind | None:
    """Say what a label or heading of minutes announces: "Beschlüsse" decisions, "Tâches" actions."""
    found = _RECORD.match(label.strip())
    if not found:
        return None
    return "decision" if found["decision"] else "action"


def is_part(label: str) -> bool:
    """Say whether a label names a part of minutes in another language, no person."""
    return bool(_PART.match(label.strip()) or _RECORD.match(label.strip()))


def point_mark(text: str) -> int:
    """Count the letters before the number of a point of the agenda: "TOP 1", 議題1; 0 where it has none."""
    found = _NUMBERED.match(text)
    return found.end() if found else 0
