"""Settings that cannot work stop the start, and name the key."""

from pathlib import Path

import pytest

from fanlight.app import discovery
from fanlight.channels.adapters import webchat
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import BadSettings, load


@pytest.fixture(scope="module", autouse=True)
def rooms() -> None:
    discovery.load_rooms()
    discovery.settings_of_doors()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("BRAND__TIME_ZONE", "Mars/X", "time zone"),
        ("BRAND__HELP_URL", "help.meridian.example", "help_url"),
        ("BRAND__HELP_URL", "https://help.meridian.example/", "slash"),
        ("BRAND__SITE_URL", "ftp://meridian.example", "site_url"),
        ("FILES__ORIGIN", "ftp://files.example", "origin"),
        ("FILES__ORIGIN", "http://[bad", "origin"),
        ("HELP__MAX_FILES", "-1", "max_files"),
        ("HELP__SIGN_INS_PER_HOUR", "0", "sign_ins_per_hour"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(key: str, value: str, says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        load(environment={f"FANLIGHT_{key}": value})


def test_settings_that_can_work_are_taken() -> None:
    load(
        environment={
            "FANLIGHT_BRAND__HELP_URL": "https://help.meridian.example",
            "FANLIGHT_BRAND__SITE_URL": "https://www.meridian.example/",
            "FANLIGHT_FILES__ORIGIN": "https://files.meridian.example",
            "FANLIGHT_HELP__MAX_FILES": "0",
        }
    )


def test_a_short_secret_of_the_exchange_is_said_at_the_start(tmp_path: Path) -> None:
    settings = load(
        environment={"FANLIGHT_WEBCHAT__HS256_KEYS": '{"a":"short"}'}, data_dir=tmp_path
    )
    with pytest.raises(BadSettings, match="needs 32 characters"):
        webchat.adapters(settings, Sealer.open(settings))
