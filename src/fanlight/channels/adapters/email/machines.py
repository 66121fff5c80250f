"""The words of ``machine.toml`` as patterns: returned mails and automatic answers."""

import re
import tomllib
from importlib.resources import files

_TABLES: dict[str, list[str]] = tomllib.loads(
    (files(__package__) / "machine.toml").read_text("utf-8")
)


def _any_of(table: str) -> str:
    return "|".join(map(re.escape, sorted(_TABLES[table], key=len, reverse=True)))


DAEMON = re.compile(rf"(?:^|[\s\"'<(]){{0,1}}(?:{_any_of('daemons')})(?:$|[\s@\"'>)+=])", re.I)
NO_REPLY = re.compile(r"(?:no-?reply|do-?not-?reply)[\w.+-]*@", re.IGNORECASE)
_MARKS = r"[\s*\[(<【「!_-]*(?:\[[^\]]{0,40}\]\s*|【[^】]{0,40}】\s*)?"
BOUNCE_SUBJECT = re.compile(rf"{_MARKS}(?:{_any_of('bounce_subjects')})", re.IGNORECASE)
BOUNCE_SENTENCE = re.compile(_any_of("bounce_sentences"), re.IGNORECASE)
ORIGINAL_FOLLOWS = re.compile(rf"^.{{0,80}}(?:{_any_of('original_follows')}).*$", re.I | re.M)
# "自动回复没用，我要人工" and "Out of office hours deposit" are a person's: behind the words of a
# machine comes the end, a mark, the answered subject, or how long it lasts.
_TAIL = (
    r"(?:お知らせ|[a-zß-ÿ]{0,8}|[\u3040-\u30ff\uac00-\ud7a3]{0,8}|邮件|郵件|通知|信息|消息|訊息)"
    r"(?:(?<=[:：])|\s*(?:$|[^\w\s]|(?:re|fwd?|aw|sv|until|till|from|bis|vom|du|au|hasta|del|through"
    r"|notification|notice|message)\b))"
)
AUTO_SUBJECT_BEGINS = re.compile(rf"{_MARKS}(?:{_any_of('auto_subjects')})", re.IGNORECASE)
AUTO_SUBJECT = re.compile(rf"{AUTO_SUBJECT_BEGINS.pattern}{_TAIL}", re.IGNORECASE)
