/** What the faces share at build time: icons by name, aliases, and one set of Vite options. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import type { Plugin, UserConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Only the icons a face imports are in its bundle, as their bare drawing, without a sprite. */
export function icons(): Plugin {
  return {
    name: "fanlight-icons",
    resolveId: (id) => (id.startsWith("icon:") ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith("\0icon:")) return undefined;
      const name = id.slice("\0icon:".length);
      const svg = readFileSync(here(`../node_modules/lucide-static/icons/${name}.svg`), "utf8");
      const drawing = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
      if (drawing === undefined) throw new Error(`lucide icon ${name} has no drawing`);
      return `export default ${JSON.stringify(drawing.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>"))}`;
    },
  };
}

/** The languages of `locales/`: a new folder is a new language, and no list is kept anywhere. */
export function languages(): Plugin {
  const folder = here("../../src/fanlight/locales");
  return {
    name: "fanlight-languages",
    resolveId: (id) => (id === "spoken:languages" ? `\0${id}` : undefined),
    load(id) {
      if (id !== "\0spoken:languages") return undefined;
      const told = readdirSync(folder)
        .filter((tag) => existsSync(`${folder}/${tag}/language.toml`))
        .map((tag) => [tag, languageOf(`${folder}/${tag}/language.toml`)]);
      return `export default ${JSON.stringify(Object.fromEntries(told))}`;
    },
  };
}

function languageOf(file: string): { name: string; serves: string[] } {
  const text = readFileSync(file, "utf8");
  const name = /^name = "(.+)"$/m.exec(text)?.[1];
  const serves = /^serves = (\[[^\]]*\])$/m.exec(text)?.[1];
  if (name === undefined || serves === undefined) throw new Error(`${file} says no name, or not whom it serves`);
  return { name, serves: JSON.parse(serves) as string[] };
}

/** Options of one face. `base` is the address it is served under. */
export function face(base: string): UserConfig {
  return {
    base,
    plugins: [icons(), languages(), svelte({ preprocess: vitePreprocess(), compilerOptions: { runes: true } })],
    resolve: {
      alias: { $shared: here("."), $locales: here("../../src/fanlight/locales") },
    },
    build: {
      target: "es2022",
      // The policy allows no inline script and no data: script; small pictures stay files too.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Sources are in the repository; maps would only double what is shipped.
      sourcemap: false,
    },
    server: { host: "127.0.0.1", fs: { allow: [here(".."), here("../../src/fanlight/locales")] } },
  };
}
