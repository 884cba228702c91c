// Runs as soon as the parser meets a viewer: fetching a document and starting the worker that reads it take longest,
// and need not wait for the modules of the page. Classic on purpose; `viewer.js` takes over what was started.
{
  const viewer = document.currentScript?.closest("[data-viewer]");
  if (viewer) {
    const fetched = fetch(viewer.dataset.src).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.arrayBuffer(); // refused when it breaks off: nothing is shown of what did not come whole
    });
    fetched.catch(() => {}); // told by who awaits it
    viewer.begun = { fetched, worker: startWorker(viewer.dataset.worker) };
  }

  /** The worker once it runs; null where a browser cannot, and pdf.js finds its own way. */
  function startWorker(address) {
    return new Promise((resolve) => {
      try {
        const worker = new Worker(address, { type: "module" });
        worker.addEventListener("message", () => resolve(worker), { once: true });
        worker.addEventListener("error", () => resolve(null), { once: true });
      } catch {
        resolve(null);
      }
    });
  }
}
