from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from handover.web.assets import FOLDER, version
from tests.web.gallery import Gallery, a_gallery

EVERYWHERE = [
    "/galerij/velden",
    "/fout/weg",
    "/fout/stuk",
    "/nergens",
    "/api/openapi.json",
    "/api/v1/things/1",
]


@pytest.mark.parametrize("path", [*EVERYWHERE, f"/static/{version()}/style.css"])
def test_every_answer_is_protected(gallery: Gallery, path: str) -> None:
    headers = gallery.app.test_client().get(path, buffered=True).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_browser_keeps_a_page(gallery: Gallery, path: str) -> None:
    assert gallery.app.test_client().get(path).headers["Cache-Control"] == "no-store"


def test_a_static_file_of_this_release_is_kept_and_of_another_is_not(gallery: Gallery) -> None:
    client = gallery.app.test_client()

    current = client.get(f"/static/{version()}/js/shell.js", buffered=True)
    older = client.get("/static/0123456789ab/js/shell.js", buffered=True)
    missing = client.get(f"/static/{version()}/js/nergens.js")

    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert current.content_type == "text/javascript; charset=utf-8"
    assert (older.status_code, older.headers["Cache-Control"]) == (200, "no-store")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


def test_a_static_address_does_not_leave_its_folder(gallery: Gallery) -> None:
    assert gallery.app.test_client().get(f"/static/{version()}/../assets.py").status_code == 404


def test_browsers_are_told_to_come_by_https_only_where_there_is_https(gallery: Gallery, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    secure = a_gallery(tmp_path / "s", base_url="https://overdracht.example")

    assert "max-age=63072000" in secure.app.test_client().get("/").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in gallery.app.test_client().get("/").headers


def test_each_request_has_a_code_that_can_be_read_out(gallery: Gallery) -> None:
    client = gallery.app.test_client()

    codes = {client.get("/", headers={"X-Request-Id": "van-buiten"}).headers["X-Request-Id"] for _ in range(20)}

    assert len(codes) == 20
    assert all(
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{2}-[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{2}", code) for code in codes
    )


def test_no_style_sheet_or_script_of_ours_asks_another_host() -> None:
    for path in [*FOLDER.glob("*.css"), *FOLDER.glob("js/*.js"), FOLDER / "icons.svg"]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path


def test_vendored_files_are_as_they_came() -> None:
    vendor = FOLDER / "vendor"
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "VENDORED.md").read_text(), re.MULTILINE)
    listed = dict(rows)

    scripts = {
        str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.suffix in {".js", ".mjs", ".ttf", ".pfb"}
    }
    assert set(listed) == scripts
    for name, digest in listed.items():
        assert sha256((vendor / name).read_bytes()).hexdigest() == digest, name
