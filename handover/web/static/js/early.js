// Runs before the first paint, so that hidden names do not flash on the next page. Classic and blocking on purpose.
try {
  if (sessionStorage.getItem("namen") === "verborgen") document.documentElement.classList.add("wo-names-off");
} catch {
  // Storage may be refused; then names are hidden for one page at a time.
}
document.documentElement.classList.add("wo-js");
