"""Headings of tables of talk, in the words that producers and people of many languages give them."""

from __future__ import annotations

# Without blanks, marks and case.
_HEADINGS = {
    "text": """
        text texts utterance utterances sentence message messagetext quote quotes content transcript
        transcription transcripttext body comment comments words line dialogue dialog said whatwassaid
        statement statements remark remarks speech speechtext spoken spokentext turntext utterancetext
        rawtext cleantext originaltext segmenttext annotation msg msgcontent messagecontent messagebody
        caption captions subtitle chat post
        äusserung äußerung aussage nachricht satz beitrag wortlaut inhalt wortbeitrag redebeitrag
        texte énoncé propos réplique texto frase mensaje intervención fala falas mensagem conteúdo
        testo messaggio battuta intervento tekst bericht uitspraak inhoud wypowiedź wypowiedzi tresc treść
        promluva výrok replika zpráva obsah uttalande anförande yttrande inlägg meddelande udtalelse indlæg
        besked innlegg ytring melding teksti puhe puheenvuoro viesti metin ifade konuşma mesaj szöveg
        текст реплика высказывание сообщение речь содержание κείμενο ομιλία
        النص نص الكلام الرسالة المحتوى טקסט תוכן 내용 발언 발언내용 텍스트 대화 메시지
        発言 発言内容 内容 本文 テキスト セリフ 文本 文字 发言 发言内容 對話 对话 發言 發言內容
    """,
    "speaker": """
        speaker speakers speakername speakerlabel speakerid speakernickname name names fullname
        displayname nickname username user userid author from sender sendername participant
        participantname participantid who person persona character agent actor member attendee
        presenter respondent interviewee franchisee customer client delegate councillor teacher student
        role speakerrole saidby spokenby by spk spkid talker tier
        sprecher sprecherin redner teilnehmer absender
        intervenant locuteur orateur auteur nom hablante orador ponente autor interlocutor nombre
        falante locutor nome parlante relatore oratore spreker deelnemer naam mówca rozmówca
        mluvčí řečník jméno talare namn taler navn deltager puhuja nimi konuşmacı konuşan isim beszélő név
        vorbitor спикер говорящий докладчик участник автор имя ομιλητής όνομα
        المتحدث المتكلم الاسم דובר שם 화자 발언자 이름 참가자
        発言者 話者 話し手 スピーカー 氏名 名前 发言人 说话人 讲话人 發言人 說話者 姓名
    """,
    "given": "firstname first givenname vorname prénom prenom voornaam imię förnamn fornavn",
    "family": "lastname last surname familyname nachname apellido apellidos sobrenome cognome achternaam",
    "start": """
        start starttime starts startseconds startsec startms startat begin begins begintime from onset
        timestamp timestampstart segmentstart time timecode timein tcin in datetime createdat sentat
        date_time clock ts tmin xmin timespan timerange
        zeit startzeit beginn zeitstempel uhrzeit heure début debut horodatage hora inicio início tiempo tempo
        ora inizio tijd begintijd czas początek starttijd tid starttid aika alku čas začátek
        zaman başlangıç saat idő kezdet время начало χρόνος έναρξη
        الوقت البداية זמן התחלה 시간 시작 시작시간 時刻 時間 開始 開始時間 开始时间 时间
    """,
    "end": """
        end endtime ends endseconds endsec endms endat stop stoptime offset timestampend segmentend timeout
        tcout out finish tmax xmax
        ende endzeit fin fim término fine einde eindtijd koniec konec sluttid slut slutt loppu bitiş vége
        конец окончание τέλος النهاية סוף 끝 종료 종료시간 終了 終了時間 結束 结束 结束时间
    """,
    "duration": """
        duration durations dauer durée duree duración duracion duração durata duur długość délka varaktighed
        varaktighet kesto süre длительность продолжительность διάρκεια المدة 길이 지속시간 所要時間 時長 时长
    """,
    "party": """
        party organisation organization org company affiliation firm institution employer
        organisationname partei unternehmen firma organisme entreprise empresa organización azienda
        ente bedrijf organisatie partido parti партия организация компания 소속 회사 所属 组织
    """,
    "topic": """
        topic heading section agendaitem agendapoint item tagesordnungspunkt top thema sujet tema 議題
    """,
    "conversation": """
        conversation conversationnum conversationid conversationnumber convid conv meeting meetingid
        meetingname session sessionid sessionname dialogueid dialogid thread threadid transcriptid
        transcriptname interview interviewid callid chatid roomid episode lesson lessonid groupid
        recordingid recording fileid filename file audiofile videoid
        besprechung sitzung réunion reunión
    """,
    "date": """
        date day meetingdate sessiondate datum tag fecha data jour dato дата tarih päivämäärä التاريخ
        날짜 日付 日期
    """,
}  # fmt: skip
ROLE_OF = {word: role for role, words in _HEADINGS.items() for word in words.split()}
# Taken only where no other column has their role.
_LESS_TELLING = """
    line words comment comments remark remarks body post
    speakerid participantid userid spkid role speakerrole from by agent actor member attendee customer client
    delegate councillor teacher student
    time timestamp datetime createdat sentat ts in zeit hora tiempo tempo ora tid aika saat
    file filename fileid recording
"""
LESS_TELLING = frozenset(_LESS_TELLING.split())
