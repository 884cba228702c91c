from __future__ import annotations

from openapi_spec_validator import validate

from handover.web.errors import PROBLEM
from tests.web.gallery import Gallery


def test_the_document_is_valid_openapi(gallery: Gallery) -> None:
    document = gallery.app.test_client().get("/api/openapi.json").json

    assert document
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_errors_stand_in_it_under_their_own_media_type(gallery: Gallery) -> None:
    document = gallery.app.test_client().get("/api/openapi.json").json

    assert document
    responses = document["paths"]["/api/v1/things"]["post"]["responses"]
    assert list(responses["409"]["content"]) == [PROBLEM]
    assert list(document["components"]["responses"]["DEFAULT_ERROR"]["content"]) == [PROBLEM]
    assert list(document["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]) == [PROBLEM]
    assert list(responses["201"]["content"]) == ["application/json"]


def test_people_can_read_every_operation_and_every_error(gallery: Gallery) -> None:
    client = gallery.app.test_client()
    document, page = client.get("/api/openapi.json").json, client.get("/api/").text

    assert document
    for path, item in document["paths"].items():
        assert path in page
        for operation in item.values():
            if isinstance(operation, dict) and "summary" in operation:
                assert operation["summary"] in page
    problem = client.get("/api/v1/things/fail/botsing").json
    assert problem
    assert f'id="{problem["type"].removeprefix("/api/#")}"' in page
