"""Sentences that ask for a password, a code, a key or a seed phrase, in our three languages.

A sentence that warns of it, or that leads to a place where one types it oneself, asks for nothing.
"""

import re

_LONGEST = 200  # characters of a sentence that are told
_WHAT = (
    r"(?:pass\s?words?|pass\s?codes?|pass\s?phrases?|pins?\b|seed(?:\s?(?:phrase|words?))?|"
    r"recovery\s(?:phrase|words?)|mnemonic|private\skeys?|api\ssecrets?|secret\skeys?|"
    r"(?:2fa|sms|verification|authenticator|one[- ]time|security|login)\s?codes?|otp|"
    r"backup\scodes?)"
)
_ASK = (
    r"\b(?:send|give|tell|share|provide|forward|submit|enter|type|write|confirm|reply\swith|"
    r"paste|post|need|want|require|let\s(?:me|us)\s(?:know|have)|what\s(?:is|are)|what's)\b"
)
_EN = re.compile(rf"{_ASK}[^.!?\n]{{0,60}}?\b{_WHAT}", re.IGNORECASE)
_EN_NOT = re.compile(
    r"\b(?:never|not|without|nobody|no\s?one|whoever|anyone\swho|if\s(?:some|any))|n['’]t\b",
    re.IGNORECASE,
)
# A place of ours in which one types it oneself is no ask to hand it over.
_EN_OWN = re.compile(r"\b(?:page|app|settings|sign[- ]?in|screen|wallet itself)\b", re.IGNORECASE)
_ZH_WHAT = (
    r"(?:密码|密碼|验证码|驗證碼|助记词|助記詞|私钥|私鑰|恢复短语|復原短語|备用码|備用碼|"
    r"(?:谷歌|Google|短信|簡訊|动态|動態)(?:码|碼|口令)|密钥|密鑰|金鑰)"
)
_ZH_ASK = (
    r"(?:发给|發給|发送|發送|发来|發來|发一下|發一下|告诉|告訴|提供|给我|給我|给我们|給我們|"
    r"填写|填寫|输入|輸入|截图|截圖|回复|回覆|报一下|報一下|说一下|說一下|是多少|是什么|是什麼)"
)
_ZH = re.compile(
    rf"(?:{_ZH_ASK}[^。！？\n]{{0,20}}?{_ZH_WHAT}|{_ZH_WHAT}[^。！？\n]{{0,12}}?{_ZH_ASK})",
    re.IGNORECASE,
)
_ZH_NOT = re.compile(
    r"不会|不會|不要|不用|不必|请勿|請勿|切勿|别|別|绝不|絕不|从不|從不|不需要|谁|誰|任何人|"
    r"页面|頁面|登录页|登入頁|应用内|應用內"
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]?")


def asks(text: str) -> list[str]:
    """The sentences of a text that ask for it."""
    return [
        sentence[:_LONGEST]
        for match in _SENTENCE.finditer(text)
        if _is_ask(sentence := match[0].strip())
    ]


def _is_ask(sentence: str) -> bool:
    if _EN.search(sentence):
        return not (_EN_NOT.search(sentence) or _EN_OWN.search(sentence))
    return bool(_ZH.search(sentence)) and not _ZH_NOT.search(sentence)
