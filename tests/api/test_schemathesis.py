"""Requests that the document allows, as each role: no fault of ours, and no answer that the document leaves out.

The same requests in every run, by a fixed seed, and few enough for a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.house import House, given_house

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ("teacher own group", "intake own unit", "care own unit", "vo_office own unit", "swv_admin")
EACH = 3
"""Requests for each role and operation."""
SEED = 20270408
SIGNS_OUT = "DELETE /api/v1/sessions/current"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return given_house(tmp_path_factory.mktemp("house"))


@schemathesis.serializer("application/pdf")
def _as_it_is(_context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@dataclass
class Caller:
    """Somebody who tries everything, mostly on children that are there."""

    token: str
    children: dict[str, dict[str, str]]
    asked: int = 0

    def ask(self, operation: schemathesis.APIOperation[Any, Any, Any, Any]) -> None:
        child = self.children["draft" if "/leavers" in operation.path else "accepted"]

        @seed(SEED)
        @settings(
            max_examples=EACH,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), real=st.sampled_from([True, True, False]))
        def probe(case: schemathesis.Case[Any], *, real: bool) -> None:
            if real and case.path_parameters:
                case.path_parameters = {key: child.get(key, value) for key, value in case.path_parameters.items()}
            self.asked += 1
            answer = case.call(headers={"Authorization": f"Bearer {self.token}"})
            case.validate_response(answer, checks=CHECKS)

        probe()


@pytest.mark.slow
def test_nothing_that_the_document_allows_is_answered_with_a_fault_of_ours(house: House) -> None:
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    children = {stage: house.child(stage) for stage in ("draft", "accepted")}
    for role in ROLES:
        caller = Caller(token=house.programs[role].token or "", children=children)
        for operation in operations:
            if operation.label != SIGNS_OUT:
                caller.ask(operation)

        assert caller.asked >= len(operations)
