"""The card of who is signed in, as the contact of a dossier: nobody types their own telephone thirty times."""

from __future__ import annotations

from dataclasses import replace

from handover.desk.dossier_saving import SectionPage
from handover.dossiers.content import Contact, Section
from handover.policy import Actor
from handover.schools.model import Person
from handover.services import Services


def own_contact(services: Services, actor: Actor) -> Contact:
    """What stands at Mijn gegevens."""
    with services.uow() as uow:
        person = uow.session.get_one(Person, actor.person_id)
        return Contact(name=person.name, telephone=person.telephone, days=person.days_present)


def with_own_contact(services: Services, actor: Actor, page: SectionPage) -> SectionPage:
    """The form of the contact, where it names nobody yet, with the own card in it; kept when somebody saves it."""
    if page.form.section is not Section.CONVERSATION or page.head.is_closed:
        return page
    if any(page.texts[name] for name in ("name", "telephone", "days")):
        return page
    own = own_contact(services, actor)
    if not own.telephone:
        return page
    texts = {**page.texts, "name": own.name, "telephone": own.telephone, "days": own.days}
    return replace(page, texts=texts, is_prefilled=True)
