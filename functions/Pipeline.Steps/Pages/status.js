const look = async () => {
  try {
    const page = new DOMParser().parseFromString(await (await fetch('/status')).text(), 'text/html');
    for (const now of document.querySelectorAll('[data-live]')) {
      const next = page.querySelector(`[data-live="${now.dataset.live}"]`);
      // What somebody is about to follow a link of stays under their hands, and what is the same is not read aloud again.
      if (next && next.innerHTML !== now.innerHTML && !now.contains(document.activeElement)) {
        now.innerHTML = next.innerHTML;
        now.className = next.className;
      }
    }
  } catch {
    document.querySelector('[data-live="at"]').textContent = 'The server has stopped; what is shown is from before.';
  }
  setTimeout(look, 2000);
};
setTimeout(look, 2000);
