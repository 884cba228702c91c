"""A guest: somebody without an account who has a link and six words, and fetches one dossier once.

No policy is asked: whoever knows the words opens the one-time key, and nothing else opens it. A wrong try is counted
before the costly work, and the fifth ends it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from handover.access.fields import read_name
from handover.audit.log import record
from handover.bundles.code_model import HandoverCode
from handover.bundles.codes import forget_code
from handover.bundles.events import CodeOpened, FetchedWithCode, TamperingSeen
from handover.bundles.handovers import handover_of, take_from_receiver
from handover.bundles.model import Handover, Part
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_sender
from handover.bundles.opening import OpenPart, Tampered
from handover.bundles.reading import open_version
from handover.bundles.state import HandoverAction, HandoverStatus, advance
from handover.bundles.trying import CodeShut, Find, try_words
from handover.bundles.versions import newest_given
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition
from handover.policy import Actor
from handover.rooms.keyring import Keyring
from handover.rooms.names import read_names
from handover.schools.model import Location, Unit
from handover.services import Services
from handover.storage.port import BlobNotFound
from keys.errors import KeysError


@dataclass(frozen=True, kw_only=True)
class GuestDossier:
    """What the words opened. The caller closes it."""

    code_id: str
    handover_id: str
    bundle_id: str
    reference: str
    name: dict[str, Any] = field(repr=False)
    sender: str
    sender_place: str
    receiver: str
    receiver_place: str
    receiver_brin: str
    parts: dict[Part, OpenPart] = field(repr=False)

    def close(self) -> None:
        """Let the stored bytes go."""
        for part in self.parts.values():
            part.close()


def open_with_words(services: Services, code_id: str, words: str, *, client_address: str) -> GuestDossier:
    """Open a dossier with its words; it may be looked at again until it was fetched.

    Raises:
        CodeShut: it does not open, whatever the reason.
        TooManyTries: wait a little; nothing was counted.
        Tampered: what is stored is not what was sent; nothing is shown, and the sender sees an alarm.
    """
    account = f"guest {code_id}"

    def of(uow: UnitOfWork) -> Handover:
        return handover_of(uow, uow.session.get_one(HandoverCode, code_id).handover_id)

    identity = try_words(
        services,
        _find(code_id),
        words,
        account=account,
        client_address=client_address,
        # From here on somebody knows who it is about and what there is: that is disclosed, fetched or not.
        was_right=lambda uow: record(uow, _told(CodeOpened, of(uow))),
        was_last=lambda uow: tell_sender(uow, of(uow), NoticeKind.CODE_RUN_OUT),
    )
    with services.uow() as uow:
        handover_id = uow.session.get_one(HandoverCode, code_id).handover_id
    guest = Actor(person_id=code_id, keyring=Keyring(code_id, identity, region=services.region))
    return _open(services, guest, handover_id)


def fetched(services: Services, dossier: GuestDossier, *, name: str, function: str) -> None:
    """Record that the last byte is about to be given to this guest: received, and the key is gone.

    Raises:
        IllegalTransition: somebody else fetched it meanwhile, or it was taken back; the last byte is not given.
    """
    with services.uow() as uow:
        handover = handover_of(uow, dossier.handover_id, for_update=True)
        code = uow.session.get_one(HandoverCode, dossier.code_id)
        if code.fetched_at is not None or code.sealed_identity is None:
            raise IllegalTransition(status=handover.status)
        handover.status = advance(handover.status, HandoverAction.ACCEPT)
        handover.accepted_at = code.fetched_at = uow.clock.now()
        code.guest_name, code.guest_function = read_name(name), read_name(function, field="functie")
        take_from_receiver(uow, handover)
        forget_code(uow, handover.id)
        letter = newest_given(uow, handover.id).letter_digest
        record(uow, _told(FetchedWithCode, handover, letter=letter))
        tell_sender(uow, handover, NoticeKind.ACCEPTED)
        uow.commit()


def damage_seen(services: Services, dossier: GuestDossier, *, what: str) -> None:
    """Raise the alarm that the sender sees: what is stored is not what was sent."""
    with services.uow() as uow:
        record(uow, _told(TamperingSeen, handover_of(uow, dossier.handover_id), what=what))
        uow.commit()


def _find(code_id: str) -> Find:
    def find(uow: UnitOfWork, most_failures: int) -> HandoverCode:
        code = uow.session.get(HandoverCode, code_id, with_for_update=True, populate_existing=True)
        if code is None or code.sealed_identity is None or code.failures > most_failures:
            raise CodeShut
        is_offered = handover_of(uow, code.handover_id).status is HandoverStatus.OFFERED
        if code.expires_at <= uow.clock.now() or not is_offered:
            raise CodeShut
        return code

    return find


def _open(services: Services, guest: Actor, handover_id: str) -> GuestDossier:
    parts: dict[Part, OpenPart] = {}
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        try:
            about = read_names(uow, guest.keyring, handover.receiver_unit_id, [handover.id])
            bundle = newest_given(uow, handover.id)
            wanted = [Part.DOSSIER, Part.CARE] if handover.has_care or handover.has_opp else [Part.DOSSIER]
            for part in wanted:
                parts[part] = open_version(services, uow, guest, handover, bundle, part, handover.receiver_unit_id)
        except (Tampered, KeysError, BlobNotFound) as error:
            for opened_part in parts.values():
                opened_part.close()
            record(uow, _told(TamperingSeen, handover, what=error.code))
            uow.commit()
            raise Tampered(error.code) from error
        sender = uow.session.get_one(Unit, handover.sender_unit_id)
        location = uow.session.get_one(Location, handover.receiver_brin)
        return GuestDossier(
            code_id=guest.person_id,
            handover_id=handover.id,
            bundle_id=bundle.id,
            reference=handover.reference,
            name=about.get(handover.id, {}),
            sender=sender.name,
            sender_place=sender.place,
            receiver=location.name,
            receiver_place=location.place,
            receiver_brin=location.brin6,
            parts=parts,
        )


def _told(kind: type[CodeOpened | FetchedWithCode | TamperingSeen], handover: Handover, **facts: str) -> Any:
    return kind(
        actor_id=None,
        unit_id=handover.receiver_unit_id,
        other_unit_id=handover.sender_unit_id,
        subject_kind="handover",
        subject_id=handover.id,
        **facts,
    )
