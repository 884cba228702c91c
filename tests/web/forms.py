"""Forms as a browser writes them, with files too, and requests that bring them."""

from __future__ import annotations

import io

from bs4 import Tag
from flask import Request
from werkzeug.test import EnvironBuilder

from handover.web.uploads import FormRequest

BOUNDARY = "----geheelEigen7MA4YWxk"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def filled(form: Tag) -> dict[str, list[str]]:
    """What a browser sends of a form as it stands: each field with its values, but no button."""
    found: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in {"radio", "checkbox"} and not field.has_attr("checked"):
            continue
        value = field.get("value", "on") if field.name == "input" else _written(field)
        found.setdefault(str(field["name"]), []).append(str(value))
    return found


def _written(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text()
    chosen = field.select_one("option[selected]") or field.select_one("option")
    return str(chosen["value"]) if chosen is not None else ""


def a_field(name: str, value: str) -> bytes:
    return _part(f'form-data; name="{name}"', value.encode())


def a_file(file_name: str, data: bytes, *, name: str = "bestanden") -> bytes:
    return _part(f'form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: application/pdf', data)


def _part(disposition: str, data: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + data + b"\r\n"


def a_form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def a_request(
    body: bytes, *, length: int | None = None, content_type: str = CONTENT_TYPE, stream: io.BytesIO | None = None
) -> Request:
    """As gunicorn hands it over: what the server gives is the whole of it, whatever Content-Length says."""
    environ = EnvironBuilder(method="POST").get_environ()
    environ["CONTENT_TYPE"] = content_type
    environ["wsgi.input"] = stream or io.BytesIO(body)
    environ["wsgi.input_terminated"] = True
    environ["CONTENT_LENGTH"] = str(len(body) if length is None else length)
    return FormRequest(environ)
