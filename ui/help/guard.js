// Forms in which people describe a problem: before one is sent, what looks like a secret is asked about.
// Nothing of it leaves this browser to be looked at. Without a script the server refuses it all the same.

const ask = document.getElementById("guard");

for (const form of ask ? document.querySelectorAll("form.write-us, form[data-guarded]") : []) {
  const fields = () => form.querySelectorAll("textarea, input:not([type]), input[type=text]");
  const secret = () => [...fields()].flatMap((field) => look(field.value))[0];
  let isSure = false;

  form.addEventListener("submit", (event) => {
    const found = isSure ? undefined : secret();
    isSure = false;
    if (!found) return;
    event.preventDefault();
    // Another script may have shut the button for good.
    const button = event.submitter;
    for (const part of ask.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== found.kind;
    const said = ask.querySelector(`[data-kind=${found.kind}]`);
    ask.setAttribute("aria-label", said.querySelector("h2").textContent);
    ask.querySelector("[value=mend]").onclick = () => {
      for (const field of fields()) field.value = without(field.value, (kind) => ask.querySelector(`[data-kind=${kind}]`).dataset.mark);
      ask.close();
      fields()[0].focus();
    };
    ask.querySelector("[value=send]").onclick = () => {
      ask.close();
      isSure = true;
      form.requestSubmit(button ?? undefined);
    };
    ask.showModal();
    ask.querySelector("[value=mend]").focus();
  });
}
