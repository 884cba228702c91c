// The viewer tells one field which page is shown; the question beside the note is about the same page.
const source = document.getElementById("veld-note-page");
const follower = document.getElementById("veld-ask-page");
source?.addEventListener("change", (event) => {
  // What somebody typed there by hand stays theirs, and is no business of the other field.
  if (follower && !event.isTrusted) follower.value = source.value;
});
