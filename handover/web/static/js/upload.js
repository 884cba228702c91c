// Files dropped or chosen go one by one to the form's own action, each with its progress. Without this script the
// form sends them by itself.
//
// One at a time: the server checks a file in memory, and a class of thirty must not crowd out the next school.
const TRIES = 3;

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function send(form, input, { file, more }, onProgress) {
  return new Promise((resolve) => {
    const data = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (name !== input.name) data.append(name, value);
    }
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    // After the fields: the server reads the file as it comes and must know by then whose it is.
    data.append(input.name, file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/problem+json, text/html;q=0.5");
    request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded, event.total);
    });
    request.addEventListener("loadend", () => resolve(request));
    request.send(data);
  });
}

function wait(seconds) {
  return new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
}

function problemOf(request, form) {
  if (request.status === 0) return form.dataset.sayNetwork;
  try {
    const problem = JSON.parse(request.responseText);
    return problem.errors?.map((one) => one.detail).join(" ") || problem.title;
  } catch {
    return "";
  }
}

// What a page for a whole group says of one file: kept with whom, or whose it may be.
function answerOf(request) {
  if (!(request.getResponseHeader("Content-Type") || "").startsWith("application/json")) return null;
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

function barOf(file) {
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  return bar;
}

function line(file) {
  const item = document.createElement("li");
  item.className = "wo-upload";
  const name = document.createElement("span");
  name.className = "wo-upload__name";
  name.dataset.name = "";
  name.textContent = file.name;
  const bar = barOf(file);
  const said = document.createElement("span");
  said.className = "wo-upload__said";
  item.append(name, bar, said);
  return { item, bar, said };
}

class Upload {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.list = form.querySelector("[data-upload-list]");
    this.status = form.querySelector("[data-upload-status]");
    this.waiting = [];
    this.failed = 0;
    this.busy = false;
  }

  start() {
    this.form.classList.add("wo-drop--live");
    this.input.addEventListener("change", () => { this.add(this.input.files); this.input.value = ""; });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    for (const kind of ["dragenter", "dragover"]) {
      this.form.addEventListener(kind, (event) => {
        event.preventDefault();
        this.form.classList.add("wo-drop--over");
      });
    }
    for (const kind of ["dragleave", "drop"]) {
      this.form.addEventListener(kind, () => this.form.classList.remove("wo-drop--over"));
    }
    this.form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    addEventListener("beforeunload", (event) => { if (this.busy) event.preventDefault(); });
    // Chosen before this script was there.
    this.add(this.input.files);
    this.input.value = "";
  }

  add(files) {
    const chosen = this.input.multiple ? [...files] : [...files].slice(0, 1);
    for (const file of chosen) {
      const shown = line(file);
      this.list.append(shown.item);
      this.waiting.push({ file, more: {}, ...shown });
    }
    if (!this.busy && this.waiting.length) this.run();
  }

  async run() {
    this.busy = true;
    this.failed = 0;
    while (this.waiting.length) {
      const one = this.waiting.shift();
      if (!await this.upload(one)) this.failed += 1;
    }
    this.busy = false;
    this.end();
  }

  async upload(one) {
    const { file, item, bar, said } = one;
    let request;
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      request = await send(this.form, this.input, one, (loaded, total) => {
        bar.value = Math.round(100 * loaded / total);
        if (loaded === total) said.textContent = this.form.dataset.sayChecking;
        else said.textContent = fill(this.form.dataset.sayBusy, { deel: bar.value });
      });
      if (request.status !== 503) break;
      await wait(Number(request.getResponseHeader("Retry-After")) || 5);
    }
    bar.remove();
    const answer = answerOf(request);
    const done = answer ? answer.is_kept : request.status >= 200 && request.status < 300;
    item.classList.add(done ? "wo-upload--done" : "wo-upload--failed");
    said.textContent = done
      ? this.form.dataset.sayDone
      : `${this.form.dataset.sayFailed} ${problemOf(request, this.form)}`;
    if (answer) this.tell(answer, one);
    this.status.textContent = `${file.name}: ${said.textContent}`;
    return done;
  }

  tell(answer, one) {
    one.said.textContent = answer.text;
    one.said.dataset.name = "";
    if (answer.asks) this.ask(answer, one);
    if (answer.is_kept && answer.is_report) {
      const waiting = document.querySelector("[data-upload-without]");
      waiting?.querySelector(`[data-child="${answer.reference}"]`)?.remove();
      const left = document.querySelector("[data-upload-left]");
      if (left) left.textContent = waiting.children.length;
    }
  }

  // Nothing of it was kept: the file is here still, and goes again with the child that is chosen.
  ask(answer, one) {
    const choose = this.form.querySelector("[data-upload-choose]").content.cloneNode(true).firstElementChild;
    const [list, button] = [choose.querySelector("select"), choose.querySelector("button")];
    list.value = answer.perhaps;
    list.setAttribute("aria-label", `${list.getAttribute("aria-label")} ${one.file.name}`);
    one.item.append(choose);
    button.addEventListener("click", () => {
      if (!list.value) {
        list.focus();
        return;
      }
      choose.remove();
      one.item.classList.remove("wo-upload--failed");
      one.bar = barOf(one.file);
      one.said.before(one.bar);
      this.waiting.push({ ...one, more: { voor: list.value, zeker: "ja" } });
      if (!this.busy) this.run();
    });
  }

  end() {
    if (this.failed) {
      this.status.textContent = fill(this.form.dataset.saySome, { aantal: this.failed });
      return;
    }
    this.status.textContent = this.form.dataset.sayAll;
    if (this.form.dataset.done) location.assign(this.form.dataset.done);
  }
}

/** Takes over the upload forms of a page. */
export function startUploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]:not(.wo-drop--live)")) new Upload(form).start();
}
