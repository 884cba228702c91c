// Single letters for those who work through a list. They can be switched off (WCAG 2.1.4); `?` shows them.
//
// In the page:  data-keys-list > data-keys-row (j, k, x, Enter), data-keys-search (/), and any control with
// data-key="a" (and data-key-label, for the list of keys) is pressed by that key.
import { toggleNames } from "./names.js";

const STORED = "toetsen";
const HERE = "wo-row--here";

function enabled() {
  try {
    return localStorage.getItem(STORED) !== "uit";
  } catch {
    return true;
  }
}

function setEnabled(on) {
  try {
    if (on) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "uit");
  } catch {
    // Refused storage: the choice cannot be kept.
  }
}

function isTyping(target) {
  return target.isContentEditable || target.matches?.(
    "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file]), textarea, select",
  );
}

function rows() {
  return [...document.querySelectorAll("[data-keys-list] [data-keys-row]")].filter((row) => row.offsetParent !== null);
}

function here() {
  return document.querySelector(`[data-keys-row].${HERE}`);
}

function step(distance) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (distance > 0 ? 0 : all.length - 1) : at + distance))];
  here()?.classList.remove(HERE);
  next.classList.add(HERE);
  // The focus goes along, so that Tab and a screen reader go on from this row.
  const target = next.querySelector("a[href]") ?? next.querySelector("button, input") ?? next;
  if (target === next) next.tabIndex = -1;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function choose() {
  const box = here()?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function openRow(target) {
  // Enter on a link or button is the browser's own business. On a row's box it would send the whole form.
  if (target.closest?.("a, button, summary, select")) return false;
  const link = here()?.querySelector("a[href]");
  link?.click();
  return Boolean(link);
}

function press(key) {
  const control = [...document.querySelectorAll("[data-key]")]
    .find((one) => one.dataset.key === key && one.offsetParent !== null);
  if (!control) return false;
  if (control.matches("input:not([type=checkbox]), textarea, select")) control.focus();
  else control.click();
  return true;
}

function search() {
  const box = document.querySelector("[data-keys-search]");
  box?.focus();
  box?.select?.();
  return Boolean(box);
}

function showList(dialog) {
  for (const line of dialog.querySelectorAll("[data-keys-added]")) line.remove();
  const has = { list: rows().length > 0, search: Boolean(document.querySelector("[data-keys-search]")) };
  for (const line of dialog.querySelectorAll("[data-keys-when]")) line.hidden = !has[line.dataset.keysWhen];
  const listed = dialog.querySelector("[data-keys-listed]");
  const seen = new Set();
  for (const control of document.querySelectorAll("[data-key]")) {
    if (seen.has(control.dataset.key)) continue;
    seen.add(control.dataset.key);
    const line = document.createElement("li");
    line.dataset.keysAdded = "";
    const key = document.createElement("kbd");
    key.textContent = control.dataset.key;
    const label = document.createElement("span");
    label.textContent = control.dataset.keyLabel ?? control.textContent.trim();
    line.append(key, label);
    listed.append(line);
  }
  dialog.showModal();
}

function act(event, dialog) {
  switch (event.key) {
    case "?": showList(dialog); return true;
    case "h": toggleNames(); return true;
    case "j": step(1); return rows().length > 0;
    case "k": step(-1); return rows().length > 0;
    case "x": return choose();
    case "/": return search();
    case "Enter": return openRow(event.target);
    default: return event.key.length === 1 && press(event.key);
  }
}

/** Listens to the keyboard, and to the links and the switch that belong to it. */
export function startKeys() {
  const dialog = document.querySelector("[data-keys-dialog]");
  if (!dialog) return;
  const box = dialog.querySelector("[data-keys-switch]");
  box.checked = enabled();
  box.addEventListener("change", () => setEnabled(box.checked));
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => showList(dialog));
  }
  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented;
    if (busy || dialog.open || isTyping(event.target) || !enabled()) return;
    if (act(event, dialog)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const row = event.target.closest?.("[data-keys-row]");
    if (row && event.target.matches("input[type=checkbox]")) row.classList.toggle("wo-row--chosen", event.target.checked);
  });
}
