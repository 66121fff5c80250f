/** The console: a single page under /console/, with no inline script or style, so its policy is strict. */
import { defineConfig } from "vite";
import { face } from "../shared/build.ts";

export default defineConfig({ ...face("/console/") });
