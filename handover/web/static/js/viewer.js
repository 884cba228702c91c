// Shows a PDF page by page. Nothing of the document runs: no scripts of its own, no forms, no links to follow.
//
// This version of pdf.js has no eval at all; XFA stays off, annotations are not drawn. Each page has a layer of text
// for selecting and for screen readers.
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const PRELOAD = "600px";
const LARGEST_CANVAS = 16_777_216; // pixels; telephones refuse more

async function openDocument(pdfjs, viewer) {
  pdfjs.GlobalWorkerOptions.workerSrc = viewer.dataset.worker;
  const port = await viewer.begun.worker;
  return pdfjs.getDocument({
    data: await viewer.begun.fetched,
    worker: port ? new pdfjs.PDFWorker({ port }) : undefined,
    enableXfa: false,
    useWasm: false, // our policy allows no WebAssembly; pdf.js then decodes scans in plain script
    useWorkerFetch: false,
    useSystemFonts: false,
    standardFontDataUrl: viewer.dataset.fonts,
    wasmUrl: viewer.dataset.wasm,
    canvasMaxAreaInBytes: LARGEST_CANVAS * 4,
  }).promise;
}

class Viewer {
  constructor(element, pdfjs, document_) {
    this.element = element;
    this.pdfjs = pdfjs;
    this.document = document_;
    this.scroller = element.querySelector("[data-viewer-pages]");
    this.zoom = ZOOMS.indexOf(1);
    this.current = 1;
    this.sheets = [];
    this.wanted = new Set();
  }

  async start() {
    this.element.querySelector("[data-viewer-plain]")?.remove();
    this.element.querySelector("[data-viewer-bar]").hidden = false;
    const first = await this.document.getPage(1);
    const size = first.getViewport({ scale: 1 });
    for (let number = 1; number <= this.document.numPages; number += 1) this.addSheet(number, size);
    this.layOut();
    this.want(1);
    this.listen();
    this.show(1);
  }

  addSheet(number, size) {
    const sheet = document.createElement("div");
    sheet.className = "wo-viewer__sheet";
    sheet.dataset.number = number;
    sheet.setAttribute("role", "group");
    sheet.setAttribute("aria-label", this.words(number));
    this.scroller.append(sheet);
    this.sheets.push({ sheet, number, size, drawn: 0 });
  }

  words(number) {
    return this.element.dataset.sayPage.replace("{nu}", number).replace("{alle}", this.document.numPages);
  }

  scaleOf(size) {
    const room = Math.max(240, this.scroller.clientWidth - 24);
    return Math.min(room, 800) / size.width * ZOOMS[this.zoom];
  }

  layOut() {
    for (const one of this.sheets) {
      const scale = this.scaleOf(one.size);
      one.sheet.style.setProperty("width", `${Math.floor(one.size.width * scale)}px`);
      one.sheet.style.setProperty("height", `${Math.floor(one.size.height * scale)}px`);
    }
  }

  listen() {
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const number = Number(entry.target.dataset.number);
        if (entry.isIntersecting) this.want(number);
        else this.wanted.delete(number);
      }
    }, { root: this.scroller, rootMargin: PRELOAD });
    for (const { sheet } of this.sheets) this.observer.observe(sheet);
    this.scroller.addEventListener("scroll", () => this.follow(), { passive: true });
    const on = (name, act) => this.element.querySelector(`[data-viewer-${name}]`)?.addEventListener("click", act);
    on("previous", () => this.go(this.current - 1));
    on("next", () => this.go(this.current + 1));
    on("smaller", () => this.rescale(-1));
    on("bigger", () => this.rescale(1));
    let width = this.scroller.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.scroller.clientWidth - width) < 8) return;
      width = this.scroller.clientWidth;
      this.rescale(0);
    }).observe(this.scroller);
  }

  // One sheet at a time, nearest first: the worker decodes one at a time too, and what is looked at must not wait.
  async want(number) {
    this.wanted.add(number);
    if (this.wanted.size > 1 || this.drawing) return;
    this.drawing = true;
    while (this.wanted.size) {
      const away = (one) => Math.abs(one - this.current);
      const next = [...this.wanted].reduce((best, one) => (away(one) < away(best) ? one : best));
      await this.draw(this.sheets[next - 1]).catch((error) => console.warn(`viewer: ${error?.name}`));
      this.wanted.delete(next);
    }
    this.drawing = false;
  }

  async draw(one) {
    const wanted = this.scaleOf(one.size);
    if (one.drawn === wanted) return;
    one.drawn = wanted;
    const page = await this.document.getPage(one.number);
    one.size = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: this.scaleOf(one.size) });
    one.sheet.style.setProperty("width", `${Math.floor(viewport.width)}px`);
    one.sheet.style.setProperty("height", `${Math.floor(viewport.height)}px`);
    const canvas = await this.paint(page, viewport);
    const text = document.createElement("div");
    text.className = "wo-viewer__text";
    one.sheet.style.setProperty("--total-scale-factor", viewport.scale);
    one.sheet.style.setProperty("--scale-factor", viewport.scale);
    one.sheet.replaceChildren(canvas, text);
    await new this.pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
    page.cleanup();
  }

  async paint(page, viewport) {
    const area = viewport.width * viewport.height;
    const density = Math.min(devicePixelRatio || 1, Math.sqrt(LARGEST_CANVAS / area));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * density);
    canvas.height = Math.floor(viewport.height * density);
    canvas.setAttribute("aria-hidden", "true");
    await page.render({
      canvas,
      viewport,
      transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0],
      annotationMode: this.pdfjs.AnnotationMode.DISABLE,
    }).promise;
    return canvas;
  }

  go(number) {
    const target = this.sheets[Math.max(1, Math.min(this.sheets.length, number)) - 1];
    this.scroller.scrollTo({ top: target.sheet.offsetTop - this.scroller.offsetTop - 8 });
    this.show(target.number);
    this.element.querySelector("[data-viewer-status]").textContent = this.words(target.number);
  }

  follow() {
    const middle = this.scroller.scrollTop + this.scroller.clientHeight / 3;
    const at = this.sheets.findLast(({ sheet }) => sheet.offsetTop - this.scroller.offsetTop <= middle);
    if (at && at.number !== this.current) this.show(at.number);
  }

  show(number) {
    this.current = number;
    this.element.querySelector("[data-viewer-page]").textContent = this.words(number);
    const field = document.getElementById(this.element.dataset.pageField ?? "");
    if (field) {
      field.value = number;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  rescale(step) {
    const at = this.current;
    this.zoom = Math.max(0, Math.min(ZOOMS.length - 1, this.zoom + step));
    for (const one of this.sheets) one.sheet.replaceChildren();
    for (const one of this.sheets) one.drawn = 0;
    this.layOut();
    for (const { sheet } of this.sheets) {
      this.observer.unobserve(sheet);
      this.observer.observe(sheet);
    }
    this.go(at);
  }
}

async function open(element) {
  element.dataset.viewer = "open";
  try {
    const pdfjs = await import(element.dataset.library);
    await new Viewer(element, pdfjs, await openDocument(pdfjs, element)).start();
  } catch (error) {
    element.querySelector("[data-viewer-status]").textContent = element.dataset.sayBroken;
    const plain = element.querySelector("[data-viewer-plain]") ?? element.querySelector("[data-viewer-pages]");
    const said = document.createElement("p");
    said.textContent = element.dataset.sayBroken;
    plain.prepend(said);
    element.dataset.viewer = "broken";
    console.warn(`viewer: ${error?.name}`); // never the message: it may quote the document
  }
}

/** Opens the viewers of a page. */
export function startViewers(root) {
  for (const element of root.querySelectorAll('[data-viewer=""]')) open(element);
}
