/** Builds both parts of the widget: the app in its frame, and the two scripts a site embeds. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

await build({ root, configFile: `${root}/vite.config.ts`, logLevel: "warn" });
for (const name of ["loader", "help"]) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: {
      target: "es2020", // older than the app: it must at least run, and say nothing, on any page
      outDir: "dist",
      emptyOutDir: false,
      copyPublicDir: false,
      lib: { entry: `loader/${name}.ts`, formats: ["iife"], name: "_fanlight", fileName: () => `${name}.js` },
    },
  });
}
