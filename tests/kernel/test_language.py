"""Which language a text is in: a short way for plain English and Chinese, and nobody else by it."""

import pytest

from fanlight.kernel import language

OTHERS = {
    "es": "I tried pero mi cuenta está bloqueada, me pueden ayudar por favor",
    "pt": "Use o time de suporte para me ajudar com o login da minha conta",
    "fr": "J'ai fait un depot de 200 USDT mais il n'est pas arrive",
    "de": "Das Geld war weg und der Support hat still geschlossen",
    "it": "Perche il mio account e bloccato, potete aiutarmi",
    "nl": "Hallo, ik kan niet inloggen want mijn code is verkeerd, wat moet ik doen",
    "tr": "usdt gonderdim ama hala gelmedi ne yapmaliyim",
    "vi": "sao toi khong nhan duoc code vay, than phien lau roi",
    "id": "Halo, saya tidak bisa withdraw, tolong bantu cek akun saya",
    "pl": "one nie dotarly do mnie, my czekamy od tygodnia",
    "cs": "my jsme poslali vklad a neni tam, let to vyridit",
    "ro": "am trimis USDT si nu au ajuns in cont, ce fac",
    "sv": "to be honest så fungerar inte appen alls for mig",
    "da": "vi har sendt dem for to uger siden men de er her ikke, find dem",
    "no": "pengene er sent for to dager siden og de er ikke her",
    "hu": "most be kell lepni es nem megy, mit csinaljak",
    "fi": "he sanoivat etta rahat on lahetetty mutta ei ole tullut",
    "tl": "may I ask kung bakit naka-lock ang account ko po",
}
ENGLISH = [
    "When will I recieve my new card?",
    "some1 got in my acc and is withdrawing rn pls stop it",
    "I think I've been charged twice",
    "Was there a way for me to get tracking for that?",
]
CHINESE = {
    "我的充值还没到账": "zh-Hans",
    "我的充值還沒到帳": "zh-Hant",
    "皇后大道的后面": "zh-Hans",  # 后 is changed in some words only
    "怎么办": "zh-Hans",
    "怎麼辦": "zh-Hant",
    "返佣比例": "zh-Hans",  # written alike
}


@pytest.mark.parametrize("tag", OTHERS)
def test_a_neighbour_of_english_is_not_taken_for_it(tag: str) -> None:
    assert language.detect(OTHERS[tag]) == tag


@pytest.mark.parametrize("text", ENGLISH)
def test_plain_english_is_known_without_counting_letters(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_by_letters", lambda *_: "counted")
    assert language.detect(text) == "en"


@pytest.mark.parametrize("text", CHINESE)
def test_the_two_scripts_of_chinese_are_told_apart(text: str) -> None:
    assert language.detect(text) == CHINESE[text]
