import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.bytes import decode
from analyzer.ingest.charsets import cyrillic_charset, latin_charset

SAID = {
    ("French", "cp1252"): "Bonjour à tous, où est le problème ? Ça va être réglé – c’est l’été.",
    ("German", "cp1252"): "Guten Tag, können wir über die Größe des Büros sprechen?",
    ("Spanish", "cp1252"): "¿Cómo están todos? La reunión empezará mañana. ¡Sí, señor!",
    ("English", "cp1252"): "It’s the café’s budget – we can’t pay “more” than £5.",
    ("Danish", "cp1252"): "Det må være sådan, at deres søgen har ført dem hertil.",
    ("Czech", "cp1250"): "Dobrý den, začínáme schůzi o příštím rozpočtu, který je příliš malý.",
    ("Polish", "cp1250"): "Dzień dobry, zaczynamy spotkanie o przyszłym budżecie.",
    ("Turkish", "cp1254"): "Günaydın, bugün bütçeyi görüşüyoruz. Çok küçük değil mi?",
    ("Russian", "cp1251"): "Привет всем, сегодня мы обсуждаем бюджет нашего проекта.",
    ("French", "mac_roman"): "Ça va être réglé à l’été.",
    ("Czech", "iso8859_2"): "Dobrý den, žádné otázky, šest lidí, příště více.",
    ("Russian", "koi8_r"): "Привет всем, сегодня мы обсуждаем бюджет нашего проекта.",
    ("Russian", "cp866"): "Добрый день! Спасибо, вопросов нет.",
    ("Korean", "euc_kr"): "안녕하세요 여러분, 예산에 대해 시작하겠습니다.",
    ("Japanese", "iso2022_jp"): "今日は予算について話し合います。",
    ("Japanese", "shift_jis"): "今日は予算について話し合います。ありがとうございます。",
}


@pytest.mark.parametrize(("language", "charset"), SAID)
def test_old_charsets_are_told_by_what_they_say(language, charset):
    text = f"Ann: {SAID[language, charset]}\n"

    assert decode(text.encode(charset), name="a.txt") == text


def test_a_broken_byte_in_utf8_breaks_no_other_letter():
    data = "Zoë: Café, déjà décidé.\n".encode() + b"\xe9 stray\n"

    assert decode(data, name="a.txt") == "Zoë: Café, déjà décidé.\n\ufffd stray\n"


def test_few_words_are_enough_to_know_cyrillic_from_other_scripts():
    assert decode("Добрый день".encode("cp1251"), name="a.txt") == "Добрый день"
    assert cyrillic_charset("שלום לכולם, תודה רבה".encode("cp1255")) is None
    assert cyrillic_charset("今日は予算について".encode("shift_jis")) is None


def test_other_scripts_are_left_to_statistics():
    assert latin_charset("Привет всем".encode("cp1251")) is None
    assert latin_charset(b"plain") is None
    assert latin_charset(b"") is None


@given(st.binary(max_size=60))
def test_any_bytes_have_a_charset_or_none(data):
    assert latin_charset(data) in {None, "cp1252", "cp1250", "iso8859_2", "mac_roman", "cp1254", "cp1257"}
    assert cyrillic_charset(data) in {None, "cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5"}
