"""The operator's verbs, as an operator types them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.verbs import run

REGISTER = Path(__file__).parents[1] / "data" / "vestigingen-bo-cp1252.csv"


def test_a_new_database_takes_the_register_twice_and_has_a_sound_log(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0

    first = run(tmp_path, "schools", "import", str(REGISTER), "--kind", "bo")
    again = run(tmp_path, "schools", "import", str(REGISTER), "--kind", "bo")

    assert "33 added" in first.stdout
    assert "0 added, 0 changed, 33 unchanged" in again.stdout
    assert run(tmp_path, "audit", "verify").returncode == 0


def test_a_file_that_is_no_register_is_refused_in_words(tmp_path: Path) -> None:
    run(tmp_path, "db", "upgrade")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("naam;adres\nx;y\n")

    refused = run(tmp_path, "schools", "import", str(wrong), "--kind", "bo")

    assert refused.returncode == 2
    assert "ontbreekt de kolom" in refused.stderr


def test_a_setting_that_cannot_be_stops_the_start_and_is_named(tmp_path: Path) -> None:
    refused = run(tmp_path, "db", "upgrade", HANDOVER_STORAGE="ftp:x")

    assert refused.returncode == 2
    assert "HANDOVER_STORAGE" in refused.stderr
    assert not (tmp_path / "var").exists()


def test_what_the_service_may_do_is_printed_for_the_owner_of_the_database(tmp_path: Path) -> None:
    printed = run(tmp_path, "db", "grants", "handover_service")
    refused = run(tmp_path, "db", "grants", "x; DROP TABLE person")

    assert printed.returncode == 0
    assert printed.stdout.count(" TO handover_service;\n") == 4
    assert "DELETE ON audit" not in printed.stdout
    assert refused.returncode == 2
    assert "plain name" in refused.stderr
    assert refused.stdout == ""
