"""Everybody with a token, and a child at each stage for them to ask about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from handover.bundles.model import Handover
from handover.bundles.remarks import ask
from handover.dossiers.documents import remove
from handover.dossiers.model import Document
from handover.leavers.model import Application, Leaver
from tests.factories.api import Program, given_program
from tests.factories.everybody import NOBODY, Everybody, given_everybody, given_mentor, given_passage
from tests.factories.thread import NOAH
from tests.factories.web import given_app

DAY = "2027-04-08"


@dataclass
class House:
    """The service, and a program for each column of the matrix."""

    everybody: Everybody
    app: Flask
    programs: dict[str, Program] = field(default_factory=dict)

    def child(self, stage: str) -> dict[str, str]:
        """A new child at that stage, and all that a path may name of it."""
        thread = self.everybody.thread
        match stage:
            case "offered":
                handover_id = thread.offered()
            case "confirmed":
                handover_id = thread.confirmed()
            case "accepted":
                handover_id = thread.accepted(conversation=True)
            case _:
                handover_id = ""
        reference = self._reference(handover_id)
        announcement_id = "" if handover_id else thread.announced(reference=reference, last_name="Anders")
        remark_id = ask(thread.services, thread.intake.actor, handover_id, text="Wat?") if stage == "accepted" else ""
        mentored = given_mentor(self.everybody, handover_id) if stage in {"accepted", "confirmed"} else {}
        with thread.services.uow() as uow:
            leaver = uow.session.scalars(select(Leaver).where(Leaver.reference == reference)).one()
            document = uow.session.scalars(select(Document.id).where(Document.leaver_id == leaver.id)).first()
            applied = uow.session.scalars(select(Application.id).where(Application.leaver_id == leaver.id)).first()
        return {
            "reference": reference,
            "handover_id": handover_id,
            "document_id": document or "",
            "application_id": applied or "",
            "announcement_id": announcement_id,
            "remark_id": remark_id,
            "passage_id": "" if handover_id else given_passage(self.everybody),
            "unit_id": thread.po.id,
            "press": "0" * 32,
            "part": "dossier",
            "number": "1",
            **mentored,
        }

    def _reference(self, handover_id: str) -> str:
        thread = self.everybody.thread
        if handover_id:
            with thread.services.uow() as uow:
                return uow.session.get_one(Handover, handover_id).reference
        reference = thread.leaver()
        thread.written(reference)
        thread.applied(reference)
        return reference

    def take_out(self, child: dict[str, str]) -> None:
        """Take a document of a draft out, so that it can be put back."""
        thread = self.everybody.thread
        remove(thread.services, thread.teacher.actor, child["reference"], child["document_id"])

    def body(self, method: str, path: str, variant: str) -> dict[str, Any]:
        """What to send, good enough to be done by who may."""
        if path.endswith("/documents") and method == "POST":
            return {"data": b"", "content_type": "application/pdf"}
        if method in {"GET", "DELETE"}:
            return {}
        thread = self.everybody.thread
        group = thread.po.groups["8a"]
        said: dict[str, Any] = {
            "/announcements": {
                "receiver_brin": thread.vo.brin6,
                "name": NOAH,
                "applied_on": DAY,
                "sender_brin": thread.po.brin6,
                "only_new": False,
            },
            "/leavers": {"group_id": group, "name": NOAH, "only_new": False},
            "/leavers/batch": {"group_id": group, "names": [NOAH]},
            "/remarks": {"kind": variant, "text": "Wat helpt?"},
            "/replies": {"text": "Een vaste plek."},
            "/mentors": {"email": "nieuw@school.example"},
            "/feedback": {"text": "Heeft zijn plek gevonden."},
            "/opened": {"document": 1},
            "/arrival": {"way": "mail", "on": DAY, "by": "G. Gast"},
            "/again": {"group_id": group},
            "/outside-request": {"email": "directie@deverte.example"},
            "/coded-handover": {"to": thread.vo.brin6, "email": "intake@verweg.example"},
            "/telephone-confirmation": {"by": "G. Gast"},
            "/entered": {"way": "oso", "came_on": DAY},
            "/outside-handover": {
                "to": thread.vo.brin6,
                "way": "paper",
                "went_on": DAY,
                "whom": "de administratie",
            },
            "/kept": {"until": (thread.region.clock.at.date() + timedelta(days=60)).isoformat(), "because": "request"},
        }
        for end, json in said.items():
            if path.endswith(end):
                return {"json": json}
        return {"json": {}}

    def knock(self, column: str, method: str, path: str, variant: str, child: dict[str, str]) -> TestResponse:
        """What somebody of that column is answered."""
        values = child | ({"part": "care"} if variant == "care" else {})
        asked = re.sub(r"{([^}]+)}", lambda found: values[found[1]], path)
        if variant == "care" and "{part}" not in path:
            asked += "?part=care"
        return self.programs[column].ask(method, asked, **self.body(method, path, variant))


def given_house(folder: Path) -> House:
    """Everybody, signed in over the API."""
    everybody = given_everybody(folder)
    house = House(everybody=everybody, app=given_app(everybody.thread.region))
    for column, member in everybody.columns.items():
        house.programs[column] = given_program(house.app, member)
    house.programs[NOBODY] = given_program(house.app)
    return house
