/** Starts the console: the reader's language first, so that no sentence changes under their eyes. */
import "$shared/tokens.css";
import "$shared/styles/base.css";
import "./styles/console.css";
import { mount } from "svelte";
import { answerIn } from "$shared/http";
import { locale, speak } from "$shared/i18n.svelte";
import App from "./App.svelte";
import { loaders } from "./i18n";
import { keptLook, wear } from "./session.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
const kept = keptLook();
wear(kept);
await speak(kept.language ?? navigator.language, loaders);
answerIn(locale());
mount(App, { target });
