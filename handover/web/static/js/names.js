// One key hides every name on the page and on the next ones in this tab: thirty children behind you, a digibord beside.
const STORED = "namen";
const CLASS = "wo-names-off";

function remember(hidden) {
  try {
    if (hidden) sessionStorage.setItem(STORED, "verborgen");
    else sessionStorage.removeItem(STORED);
  } catch {
    // Refused storage: the choice lasts for this page.
  }
}

/** Whether names are hidden now. */
export function namesHidden() {
  return document.documentElement.classList.contains(CLASS);
}

function show(buttons) {
  const hidden = namesHidden();
  for (const button of buttons) {
    button.hidden = false;
    button.querySelector("[data-names-label]").textContent = hidden ? button.dataset.labelOff : button.dataset.labelOn;
  }
}

let announce = () => {};

/** Hides the names, or shows them again. */
export function toggleNames() {
  const hidden = document.documentElement.classList.toggle(CLASS);
  remember(hidden);
  const buttons = document.querySelectorAll("[data-names-toggle]");
  show(buttons);
  if (buttons.length) announce(hidden ? buttons[0].dataset.saidOff : buttons[0].dataset.saidOn);
}

/** Shows the buttons and lets them work. */
export function startNames(say) {
  announce = say;
  const buttons = document.querySelectorAll("[data-names-toggle]");
  show(buttons);
  for (const button of buttons) button.addEventListener("click", toggleNames);
  // The page may come back from the browser's memory after the choice was made on another.
  addEventListener("pageshow", () => {
    try {
      document.documentElement.classList.toggle(CLASS, sessionStorage.getItem(STORED) === "verborgen");
    } catch {
      return;
    }
    show(document.querySelectorAll("[data-names-toggle]"));
  });
}
