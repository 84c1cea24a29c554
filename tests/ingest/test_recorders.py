import pytest

from analyzer.ingest.recorders import is_credit, is_switch


@pytest.mark.parametrize(
    "line",
    [
        "Ann Lee started transcription",
        "Ann Lee hat die Transkription beendet",
        "Ann Lee a démarré la transcription",
        "Ann Lee detuvo la transcripción",
        "Ann Lee interrompeu a transcrição",
        "Ann Lee ha interrotto la trascrizione",
        "Lee, Ann (Acme) heeft transcriptie gestopt",
        "Ann Lee zatrzymał(a) transkrypcję",
        "Ann Lee が文字起こしを停止しました",
        "Ann Lee 已停止听录",
    ],
)
def test_who_switches_the_recorder_says_nothing(line):
    assert is_switch(line)


@pytest.mark.parametrize(
    "line",
    [
        "We started the transcription late.",
        "I stopped transcription",
        "and then the transcription started",
        "Ann Lee read the transcript",
        "The transcription began, and nobody had been told of it before that day in March",
    ],
)
def test_talk_about_transcripts_is_talk(line):
    assert not is_switch(line)


@pytest.mark.parametrize(
    "line",
    [
        "Transcribed by https://otter.ai",
        "(Transcribed by TurboScribe.ai. Go Unlimited to remove this message.)",
        "This transcript was exported on Mar 06, 2024 - view latest version here.",
        "Sonix is the world’s most advanced automated transcription platform.",
        "VIEW RECORDING - 32 mins (No highlights)",
        "Page 1 of 12",
    ],
)
def test_a_service_that_names_itself_says_nothing(line):
    assert is_credit(line)


@pytest.mark.parametrize(
    "line", ["It was transcribed by Ann.", "Page 3 has the budget.", "Action item: call Bo"]
)
def test_other_lines_are_no_credits(line):
    assert not is_credit(line)
