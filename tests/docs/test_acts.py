"""Whatever is written into the audit log has words in every language of the console."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "src" / "fanlight"
_RECORDED = re.compile(r'(?:record|_changed|_note)\(\s*[\w.()]+,\s*"([a-z_]+\.[a-z_.]+)"')


def test_every_act_has_words() -> None:
    sources = [each.read_text("utf-8") for each in sorted(ROOT.rglob("*.py"))]
    acts = {name for source in sources for name in _RECORDED.findall(source)}
    assert len(acts) > 50
    for language in ("en", "zh-Hans", "zh-Hant"):
        said = json.loads((ROOT / "locales" / language / "ui.console.json").read_text("utf-8"))
        assert sorted(name for name in acts if f"console.audit.act.{name}" not in said) == []
