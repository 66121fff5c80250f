// Whoever waits before a freeze's page sees it change: the page is fetched again and its live part
// put in place. Without a script the page asks the browser to look again.

const EVERY_MS = 4000;
const LONGEST_MS = 30000;

let wait = EVERY_MS;

async function look() {
  const live = document.getElementById("live");
  if (!live || live.querySelector("[data-look-again]")?.dataset.lookAgain !== "yes") return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = fresh.getElementById("live");
      if (next && next.textContent !== live.textContent) {
        // More than the words may be other now (to keep, to lift): the whole page is drawn anew.
        const before = live.querySelector("h2")?.textContent;
        if (before !== next.querySelector("h2")?.textContent && !document.activeElement?.closest("form")) {
          location.reload();
          return;
        }
        live.replaceChildren(...next.childNodes);
      }
      wait = EVERY_MS;
    }
  } catch {
    wait = Math.min(wait * 2, LONGEST_MS);
  }
  setTimeout(look, wait);
}

setTimeout(look, wait);
