// What every page does when scripts run. Without them everything still works.
import { startKeys } from "./keys.js";
import { startNames } from "./names.js";

/** Says something to those who listen to the page. */
export function announce(text) {
  const place = document.querySelector("[data-announce]");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

/** Sets up what came with the page. */
async function enhance(root) {
  if (root.querySelector("[data-upload]")) (await import("./upload.js")).startUploads(root);
  if (root.querySelector("[data-going]")) (await import("./going_on.js")).startGoingOn(root, announce);
  if (root.querySelector("[data-viewer]")) (await import("./viewer.js")).startViewers(root);
}

startNames(announce);
startKeys(announce);
enhance(document);
document.querySelector("[data-focus]")?.focus();
