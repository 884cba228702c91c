// Goes on by itself with what one press does in parts: sends the form again and again until it is told to look elsewhere.
// Without scripts its button does the same, a part at a time. Closed amid it, the server knows how far it was.

const PARTS_THAT_ARE_SAID = 4;

// The last part leads to another page. It is not fetched here: what it tells is told once, and is for the person.
async function nextPart(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (answer.type === "opaqueredirect") return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function goOn(place, announce) {
  const bar = place.querySelector("[data-going-bar]");
  const said = place.querySelector("[data-going-said]");
  const form = place.querySelector("form[data-going-on]");
  let quarter = Math.floor((PARTS_THAT_ARE_SAID * bar.value) / bar.max);
  for (let page = await nextPart(form); page; page = await nextPart(form)) {
    const before = bar.value;
    bar.value = page.querySelector("[data-going-bar]").value;
    said.textContent = page.querySelector("[data-going-said]").textContent;
    form.replaceChildren(...page.querySelector("form[data-going-on]").childNodes);
    // Nothing was done in this part: something is away. To press on is for the person.
    if (bar.value <= before) throw new Error("no further");
    const now = Math.floor((PARTS_THAT_ARE_SAID * bar.value) / bar.max);
    if (now > quarter) announce(said.textContent);
    quarter = now;
  }
  location.replace(place.dataset.then);
}

/** Starts what is to go on by itself; where it fails the button is left to press. */
export function startGoingOn(root, announce) {
  // What travels in the form itself, and is kept nowhere, goes on as a page of its own.
  root.querySelector("form[data-going-send]")?.requestSubmit(root.querySelector("form[data-going-send] button"));
  const place = root.querySelector("[data-going]:has(form[data-going-on])");
  if (!place) return;
  const button = place.querySelector("[data-going-button]");
  button.hidden = true;
  goOn(place, announce).catch(() => {
    button.hidden = false;
    const failed = place.querySelector("[data-going-failed]");
    failed.textContent = failed.dataset.said;
    failed.hidden = false;
    announce(failed.textContent);
  });
}
