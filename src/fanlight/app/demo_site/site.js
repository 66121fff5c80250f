// What an exchange adds to its page: who is signed in, and how to get a fresh token for them.
window.Fanlight = window.Fanlight || function () { (window.Fanlight.q = window.Fanlight.q || []).push(arguments); };

(function () {
  const uid = document.currentScript.dataset.uid;
  let before = null;
  try {
    before = localStorage.getItem("meridian.uid");
    localStorage.setItem("meridian.uid", uid);
  } catch (error) {
    // No storage: then the server's own sign-out has to do.
  }
  // Somebody else, or nobody any more: the chat of the person before must be gone first.
  if (before && before !== uid) window.Fanlight("logout");
  if (uid) {
    window.Fanlight("identify", async () => {
      const answer = await fetch("/session/identity", { method: "POST", headers: { "X-Meridian": "1" } });
      return answer.ok ? (await answer.json()).token : null;
    });
  }
  // Nothing here is real: the form shows where help stands, and says so when it is sent.
  document.addEventListener("submit", (event) => {
    const said = event.target instanceof Element && event.target.querySelector("[data-said]");
    if (!said) return;
    event.preventDefault();
    said.hidden = false;
  });
  // The badge of the exchange's own menu.
  window.Fanlight("onUnread", (unread) => {
    for (const badge of document.querySelectorAll("[data-unread]")) badge.textContent = unread ? String(unread) : "";
  });
})();
