/** Starts the widget's app: the reader's language first, so that no sentence changes under their eyes. */
import "$shared/tokens.css";
import "./styles/shared.css";
import "./styles/widget.css";
import { mount } from "svelte";
import { answerIn } from "$shared/http";
import { locale, speak } from "$shared/i18n.svelte";
import App from "./App.svelte";
import { wanted } from "./bridge";
import { firstLanguage } from "./desk.svelte";
import { loaders } from "./i18n";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
if (wanted.theme === "light" || wanted.theme === "dark") document.documentElement.dataset["theme"] = wanted.theme;
await speak(firstLanguage(), loaders);
answerIn(locale());
mount(App, { target });
