"""A document as a scanner makes it: a photograph of a sheet on each page, drawn by the browser that shows it later."""

from __future__ import annotations

from base64 import b64decode

from playwright.sync_api import Browser

from tests.dossiers.pdfs import FREE, PAGES, a_letter, a_stream

WIDTH, HEIGHT = 1240, 1754
"""A4 at 150 dots an inch, as copiers of schools send it."""

# Lines of letters on paper with some grain: without the grain a page would weigh a tenth of what scans do.
_DRAW = """([width, height, grain, page]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#111";
  pen.font = "26px sans-serif";
  for (let line = 0; line < 40; line += 1) pen.fillText(`Bladzijde ${page}, regel ${line}`, 120, 120 + line * 38);
  const image = pen.getImageData(0, 0, width, height);
  for (let at = 0; at < image.data.length; at += 4) {
    const less = Math.random() * grain;
    for (let colour = 0; colour < 3; colour += 1) image.data[at + colour] -= less;
  }
  pen.putImageData(image, 0, 0);
  return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
}"""


def a_scan(browser: Browser, *, pages: int, grain: int = 20) -> bytes:
    """Give a PDF of so many sheets. `grain` is that of the paper: 20 makes each sheet half a megabyte."""
    page = browser.new_page()
    sheets = [b64decode(page.evaluate(_DRAW, [WIDTH, HEIGHT, grain, number])) for number in range(1, pages + 1)]
    page.close()
    objects: dict[int, bytes] = {}
    for number, sheet in enumerate(sheets):
        first = FREE + 3 * number
        objects |= {
            first: b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /XObject << /I %d 0 R >> >> >>" % (PAGES, first + 1, first + 2),
            first + 1: a_stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
            first + 2: a_stream(
                sheet,
                b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB"
                b" /BitsPerComponent 8 /Filter /DCTDecode" % (WIDTH, HEIGHT),
            ),
        }
    kids = b" ".join(b"%d 0 R" % (FREE + 3 * number) for number in range(pages))
    objects[PAGES] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
    return a_letter(objects)  # its own page stands in no tree any more
