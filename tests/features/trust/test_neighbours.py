"""Words and names that stand near one of ours are left alone; slips of ours are not."""

import pytest

from fanlight.features.trust.lookalikes import Registry, Source, Standing

_OURS = {
    "lantern.io": "lanterns.org intern.com eastern.edu lateran.va lectern.com lancer.com",
    "harbor.exchange": "arbor.org harper.com harbin.cn barber.com labor.gov armor.io harvard.edu",
    "cobaltmarkets.com": "basalt.com coral.com combat.com ballot.org kobaltmusic.com",
    "summit.trade": "submit.com summon.com commit.org summer.com transmit.com",
    "summit.com": "submit.com summon.org",
    "sterling-x.com": "starling.com stirling.gov.uk stealing.net starting.com",
    "sterling.net": "starling.com stirling.gov.uk stealing.net starting.net",
    "pioneerex.com": "pioneers.org engineer.com planer.com veneer.com",
    "orchardx.io": "orchid.com richard.com orchards.org archer.com",
    "vertex.finance": "vortex.com cortex.org verses.com",
    "copper.io": "cooper.com pepper.com chopper.com hopper.com copier.com",
}
_SLIPS = {
    "summit.com": "summits.com summitt.com sumnit.com sumimt.net submit-login.com a.summit.top",
    "summit.trade": "submit.trade summlt.com summit.com",
    "sterling.net": "sterlling.net sterlign.com sterlnig.org",
    "copper.io": "cooper.io coppper.com copepr.io",
    "meridian.com": "meridians.net meridians.com support@meridians.org a.meridians.top",
    "kestrel.io": "kestrels.com kestrels@gmail.com @kestrels",
}


@pytest.mark.parametrize("ours", _OURS)
def test_a_word_of_its_own_is_no_slip_of_ours(ours: str) -> None:
    registry = Registry([Source("domain", ours)])

    for value in _OURS[ours].split():
        assert registry.judge(value).verdict is Standing.UNKNOWN, value


@pytest.mark.parametrize("ours", _SLIPS)
def test_a_slip_and_a_word_beside_bait_are_look_alikes(ours: str) -> None:
    registry = Registry([Source("domain", ours)])

    for value in _SLIPS[ours].split():
        assert registry.judge(value).verdict is Standing.LOOK_ALIKE, value


def test_a_namesake_in_a_mailbox_or_a_profile_is_its_own() -> None:
    registry = Registry([Source("domain", "copper.io"), Source("handle", "telegram:copper")])

    for value in ("cooper@gmail.com", "https://t.me/cooper", "https://x.com/chopper"):
        assert registry.judge(value).verdict is Standing.UNKNOWN, value
    for value in ("coppper@gmail.com", "https://t.me/cooper_support", "copper.help@gmail.com"):
        assert registry.judge(value).verdict is Standing.LOOK_ALIKE, value
