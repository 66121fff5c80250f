/** Builds both parts of the widget: the app in its frame, and the one script a site embeds. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

await build({ root, configFile: `${root}/vite.config.ts`, logLevel: "warn" });
await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    target: "es2020", // older than the app: it must at least run, and say nothing, on any page
    outDir: "dist",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: "loader/loader.ts", formats: ["iife"], name: "_fanlight", fileName: () => "loader.js" },
  },
});
