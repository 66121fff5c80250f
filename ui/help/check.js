// A result that waits for something follows it: the page is asked for again, and what has changed
// takes its place. Without a script the button does the same.

const main = document.getElementById("main");
const everyMs = Number(main?.dataset.follow) * 1000;

async function again() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return stop();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (!fresh) return stop();
    for (const part of ["header.verdict", ".guide-grid"]) {
      const old = main.querySelector(part);
      const now = fresh.querySelector(part);
      if (old && now && old.innerHTML !== now.innerHTML && !old.contains(document.activeElement)) {
        old.innerHTML = now.innerHTML;
      }
    }
    if (!fresh.dataset.follow) stop();
  } catch {
    // The connection is away: the next look tries again.
  }
}

const timer = everyMs ? setInterval(again, everyMs) : 0;
function stop() {
  clearInterval(timer);
}
