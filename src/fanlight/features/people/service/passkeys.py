"""Passkeys (WebAuthn): made, used to sign in with or without a password, removed."""

from datetime import timedelta
from uuid import UUID

import msgspec
import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fanlight.features.people.errors import PasskeyRefused, SecondFactorNeeded
from fanlight.features.people.models import AgentState, Passkey, Session
from fanlight.features.people.names import one_line
from fanlight.features.people.queries import agents as agent_queries
from fanlight.features.people.queries import passkeys as queries
from fanlight.features.people.queries import sign_in as sign_in_queries
from fanlight.features.people.queries.passkeys import Key
from fanlight.features.people.service import sessions, totp
from fanlight.features.people.service.sessions import Where, needs_fresh_proof
from fanlight.features.people.service.sign_in import Refused, SignedIn, stepped_up, welcome
from fanlight.features.people.settings import SignInSettings
from fanlight.kernel import audit, limits
from fanlight.kernel.errors import NotFound, SignInNeeded
from fanlight.kernel.ids import new_id
from fanlight.kernel.sealing import Sealer
from fanlight.kernel.work import Actor, Work

REGISTER, SIGN_IN, STEP_UP = "register", "sign_in", "step_up"
_ANSWER_WITHIN = timedelta(minutes=2)
_LONGEST_NAME = 60
_ASKS = (30, 300)  # challenges one network may ask for in five minutes without having signed in


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What passkeys are bound to: a name without port or scheme, and the pages that may ask."""

    rp_id: str  # e.g. "desk.example"
    origins: tuple[str, ...]  # e.g. ("https://desk.example",)
    name: str


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """A new passkey; recovery codes come with an agent's first second factor."""

    passkey: Passkey
    recovery_codes: tuple[str, ...]


async def registration_options(work: Work, site: Site, agent_id: UUID) -> str:
    """What the browser is to be asked, as JSON; the answer counts for two minutes."""
    agent = await agent_queries.get_agent(work, agent_id)
    known = await queries.keys_of(work, agent_id)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=agent_id.bytes,
        user_name=agent.email,
        user_display_name=agent.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    await _ask(work, options.challenge, REGISTER, agent_id)
    return webauthn.options_to_json(options)


async def register(
    work: Work, sealer: Sealer, site: Site, agent_id: UUID, *, credential: str, name: str
) -> Registered:
    """Keep a passkey that the browser has made.

    Raises:
        PasskeyRefused: the answer is late, for another site, without user verification, known
            already, or does not hold.
    """
    try:
        answer = parse_registration_credential_json(credential)
        challenge = parse_client_data_json(answer.response.client_data_json).challenge
        if not await queries.answered(work, challenge, purpose=REGISTER, agent_id=agent_id):
            raise PasskeyRefused
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise PasskeyRefused from error
    key = Key(
        id=new_id(),
        agent_id=agent_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=tuple(each.value for each in answer.response.transports or ()),
        suspected_at=None,
    )
    backed_up = made.credential_backed_up
    shown = one_line(name, _LONGEST_NAME) or "Passkey"
    known = await sign_in_queries.credentials(work, agent_id)
    if not await queries.add(work, key, name=shown, is_backed_up=backed_up):
        raise PasskeyRefused
    await audit.record(work, "passkey.added", f"agent:{agent_id}", passkey_id=key.id)
    is_first = known is not None and not known.has_second_factor
    codes = await totp.new_recovery_codes(work, sealer, agent_id) if is_first else ()
    passkey = next(p for p in await queries.passkeys_of(work, agent_id) if p.id == key.id)
    return Registered(passkey=passkey, recovery_codes=codes)


async def sign_in_options(work: Work, site: Site, half: Session | None, *, where: Where) -> str:
    """Ask for a passkey: one of this agent's after a password, any at all without.

    Raises:
        TooManyTries: this network asks too often.
    """
    await limits.spend(
        work, f"passkey:{limits.network_of(where.ip)}", limit=_ASKS[0], window_s=_ASKS[1]
    )
    agent_id = half.agent_id if half else None
    return await _authentication_options(work, site, SIGN_IN, agent_id)


async def sign_in(
    work: Work,
    settings: SignInSettings,
    site: Site,
    half: Session | None,
    *,
    credential: str,
    where: Where,
) -> SignedIn | Refused:
    """Sign in with a passkey: it shows possession and verifies the person, so it is enough."""
    agent_id = half.agent_id if half else None
    key = await _checked(work, site, SIGN_IN, agent_id, credential)
    if key is None:
        return Refused(PasskeyRefused())
    known = await sign_in_queries.credentials(work, key.agent_id)
    if known is None or known.state is not AgentState.ACTIVE:
        return Refused(PasskeyRefused())
    method = f"{half.method}+passkey" if half else "passkey"
    await welcome(work, known, where=where, method=method)
    if half is not None:
        opened = await sessions.promote(work, half, settings, method=method)
    else:
        opened = await sessions.open_session(
            work, known.id, settings, state="full", method=method, where=where
        )
    return SignedIn(opened=opened, next="done")


async def step_up_options(work: Work, site: Site) -> str:
    """Ask the agent who is signed in for one of their passkeys."""
    return await _authentication_options(work, site, STEP_UP, work.actor.id)


async def step_up(work: Work, site: Site, *, credential: str) -> Refused | None:
    """Prove again who sits before the screen.

    Raises:
        SignInNeeded: nobody is signed in.
    """
    known = await sign_in_queries.credentials(work, work.actor.id)
    if known is None or work.actor.session_id is None:
        raise SignInNeeded
    if await _checked(work, site, STEP_UP, work.actor.id, credential) is None:
        return Refused(PasskeyRefused())
    await stepped_up(work, known)
    return None


async def passkeys_of(work: Work) -> list[Passkey]:
    """The actor's passkeys, the oldest first."""
    return await queries.passkeys_of(work, work.actor.id)


async def remove(work: Work, settings: SignInSettings, passkey_id: UUID) -> None:
    """Take a passkey away.

    Raises:
        StepUpNeeded: the agent's last proof is too old.
        SecondFactorNeeded: it is the last second factor, and the desk requires one.
        NotFound: it is none of theirs.
    """
    await needs_fresh_proof(work, within_s=settings.step_up_s)
    known = await sign_in_queries.credentials(work, work.actor.id)
    if known is None or not await queries.remove(work, work.actor.id, passkey_id):
        raise NotFound
    is_last = known.passkeys == 1 and known.totp_secret is None
    if is_last and settings.second_factor == "required":
        raise SecondFactorNeeded
    if is_last:
        await sign_in_queries.store_codes(work, known.id, [])
    await audit.record(work, "passkey.removed", f"agent:{known.id}", passkey_id=passkey_id)


async def _authentication_options(
    work: Work, site: Site, purpose: str, agent_id: UUID | None
) -> str:
    known = await queries.keys_of(work, agent_id) if agent_id else []
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    await _ask(work, options.challenge, purpose, agent_id)
    return webauthn.options_to_json(options)


async def _checked(
    work: Work, site: Site, purpose: str, agent_id: UUID | None, credential: str
) -> Key | None:
    """The passkey behind an answer that holds; None, and the reason in the log, otherwise."""
    try:
        answer = parse_authentication_credential_json(credential)
        challenge = parse_client_data_json(answer.response.client_data_json).challenge
    except (WebAuthnException, ValueError, KeyError):
        return None
    if not await queries.answered(work, challenge, purpose=purpose, agent_id=agent_id):
        return None
    key = await queries.key_with(work, answer.raw_id)
    if key is None or key.suspected_at is not None or agent_id not in {None, key.agent_id}:
        return None
    actor = Actor(kind="agent", id=key.agent_id)
    try:
        held = _verified(site, key, answer, challenge)
    except (WebAuthnException, ValueError, KeyError):
        await audit.record(
            work.acting_as(actor), "sign_in.refused", f"agent:{key.agent_id}", step="passkey"
        )
        return None
    if _went_back(key.sign_count, held.new_sign_count):
        await queries.suspect(work, key.id)
        await audit.record(
            work.acting_as(actor), "passkey.suspected", f"agent:{key.agent_id}", passkey_id=key.id
        )
        return None
    await queries.mark_used(
        work, key.id, sign_count=held.new_sign_count, is_backed_up=held.credential_backed_up
    )
    return key


def _verified(
    site: Site, key: Key, answer: AuthenticationCredential, challenge: bytes
) -> VerifiedAuthentication:
    return webauthn.verify_authentication_response(
        credential=answer,
        expected_challenge=challenge,
        expected_rp_id=site.rp_id,
        expected_origin=list(site.origins),
        credential_public_key=key.public_key,
        # Its counter is looked at afterwards: only a signature that holds may accuse a passkey.
        credential_current_sign_count=0,
        require_user_verification=True,
    )


def _went_back(before: int, after: int) -> bool:
    """Whether a copy was used elsewhere. Synced passkeys always say 0, which means nothing."""
    return (before, after) != (0, 0) and after <= before


def _descriptors(keys: list[Key]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


async def _ask(work: Work, challenge: bytes, purpose: str, agent_id: UUID | None) -> None:
    expires_at = work.now() + _ANSWER_WITHIN
    await queries.ask(work, challenge, purpose=purpose, agent_id=agent_id, expires_at=expires_at)
