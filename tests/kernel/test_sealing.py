"""What is sealed opens with its key and for its purpose, or not at all."""

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.kernel.sealing import CannotUnseal, Sealer, SecuritySettings
from fanlight.kernel.settings import BadSettings, Settings

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def settings(folder: Path, **given: object) -> Settings:
    section = SecuritySettings(**given)  # type: ignore[arg-type]
    return Settings({"security": section}, data_dir=folder)


def text(key: bytes) -> str:
    return base64.b64encode(key).decode()


@given(plain=st.binary(max_size=200), purpose=st.text(max_size=40))
def test_what_was_sealed_opens(plain: bytes, purpose: str) -> None:
    sealer = Sealer(NEW)
    sealed = sealer.seal(plain, purpose=purpose)
    assert sealer.unseal(sealed, purpose=purpose) == plain
    assert sealer.seal(plain, purpose=purpose) != sealed


def test_another_purpose_or_key_does_not_open() -> None:
    sealed = Sealer(NEW).seal(b"secret", purpose="totp:1")
    with pytest.raises(CannotUnseal):
        Sealer(NEW).unseal(sealed, purpose="totp:2")
    with pytest.raises(CannotUnseal):
        Sealer(OLD).unseal(sealed, purpose="totp:1")


def test_no_changed_byte_goes_unseen() -> None:
    sealer = Sealer(NEW)
    sealed = sealer.seal(b"secret", purpose="p")
    for place in range(len(sealed)):
        bent = bytearray(sealed)
        bent[place] ^= 1
        with pytest.raises(CannotUnseal):
            sealer.unseal(bytes(bent), purpose="p")
    for length in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            sealer.unseal(sealed[:length], purpose="p")


def test_an_old_key_opens_and_a_new_one_seals() -> None:
    before = Sealer(OLD).seal(b"secret", purpose="p")
    turned = Sealer(NEW, [OLD])
    assert turned.unseal(before, purpose="p") == b"secret"
    with pytest.raises(CannotUnseal):
        Sealer(OLD).unseal(turned.seal(b"secret", purpose="p"), purpose="p")


def test_derived_keys_are_steady_and_apart() -> None:
    assert Sealer(NEW).derive("mail tokens") == Sealer(NEW, [OLD]).derive("mail tokens")
    keys = {Sealer(NEW).derive("a"), Sealer(NEW).derive("b"), Sealer(OLD).derive("a"), NEW}
    assert len(keys) == 4


def test_the_first_start_makes_a_key_that_only_we_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sealed = Sealer.open(settings(folder)).seal(b"secret", purpose="p")
    file = folder / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == ["secret.key"]
    assert Sealer.open(settings(folder)).unseal(sealed, purpose="p") == b"secret"
    file.chmod(0o640)
    with pytest.raises(BadSettings, match="chmod 600"):
        Sealer.open(settings(folder))


def test_a_key_in_the_settings_goes_before_the_file(tmp_path: Path) -> None:
    sealer = Sealer.open(settings(tmp_path, secret_key=text(NEW), old_secret_keys=(text(OLD),)))
    before = Sealer(OLD).seal(b"secret", purpose="p")
    assert sealer.unseal(before, purpose="p") == b"secret"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["not base64", text(b"short"), "YWJj\n"])
def test_a_bad_key_stops_the_start(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadSettings):
        Sealer.open(settings(tmp_path, secret_key=key))
    (tmp_path / "secret.key").write_text(key)
    (tmp_path / "secret.key").chmod(0o600)
    with pytest.raises(BadSettings):
        Sealer.open(settings(tmp_path))


ONE_START = """
import sys
from pathlib import Path
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.settings import Settings
print(Sealer.open(Settings({}, data_dir=Path(sys.argv[1]))).derive("same").hex())
"""


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ONE_START, str(tmp_path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(6)]
    derived = {process.communicate(timeout=60)[0] for process in started}
    assert len(derived) == 1
    assert len(derived.pop().strip()) == 64
