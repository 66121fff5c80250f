/** The chat app, in its frame under /widget/app/; the loader is built beside it by build.ts. */
import { defineConfig } from "vite";
import { face } from "../shared/build.ts";

const { build, ...common } = face("/widget/");

export default defineConfig({ ...common, build: { ...build, assetsDir: "app" } });
