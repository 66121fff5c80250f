/** What talking and reading need, beside the first view. */
import "./styles/rest.css";

export { Chat as Talk } from "./chat.svelte";
export { default as Article } from "./views/Article.svelte";
export { default as Chat } from "./views/Chat.svelte";
export { default as Guide } from "./views/Guide.svelte";
export { default as Freeze } from "./views/Freeze.svelte";
export { default as Start } from "./views/Start.svelte";
