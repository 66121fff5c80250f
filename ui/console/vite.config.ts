/** The console: a single page under /console/, with no inline script or style, so its policy is strict. */
import { defineConfig } from "vite";
import { face } from "../shared/build.ts";

const shared = face("/console/");

export default defineConfig({
  ...shared,
  // While developing, a desk on its usual port answers behind the page.
  server: { ...shared.server, proxy: { "/api": { target: "http://localhost:8000", ws: true } } },
});
