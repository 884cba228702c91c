"""The programs that the other tests lean on really run."""

import subprocess
from pathlib import Path

from playwright.sync_api import Browser


def test_chromium_draws_letters_of_several_scripts(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1 lang=nl>Overdracht</h1><p>Zoë, Łukasz, أمينة</p>")

    widths = page.evaluate("""() => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = getComputedStyle(document.querySelector('p')).font;
        return ['Zoë', 'Łukasz', 'أمينة'].map(word => pen.measureText(word).width);
    }""")
    heading = page.inner_text("h1")
    page.close()

    assert heading == "Overdracht"
    assert all(width > 10 for width in widths), "a script is blank: is there a font for it?"


def test_node_knows_web_streams_and_web_crypto(node: Path) -> None:
    script = "process.stdout.write([typeof ReadableStream, typeof crypto.subtle.digest].join())"
    ran = subprocess.run([node, "-e", script], check=True, capture_output=True, text=True)

    assert ran.stdout == "function,function"


def test_age_opens_what_it_sealed(age_binary: Path, tmp_path: Path) -> None:
    identity = subprocess.run([age_binary.with_name("age-keygen")], check=True, capture_output=True, text=True).stdout
    (tmp_path / "key.txt").write_text(identity)
    (recipient,) = (line.split()[-1] for line in identity.splitlines() if "public key" in line)
    sealed = subprocess.run([age_binary, "-r", recipient], input=b"hello", check=True, capture_output=True).stdout
    opened = subprocess.run(
        [age_binary, "-d", "-i", tmp_path / "key.txt"], input=sealed, check=True, capture_output=True
    ).stdout

    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert opened == b"hello"
