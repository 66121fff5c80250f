// Sets the theme a reader chose, before anything is drawn; without it the system's theme holds.
try {
  const chosen = localStorage.getItem("fanlight.theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is closed to us: the system's theme holds.
}
