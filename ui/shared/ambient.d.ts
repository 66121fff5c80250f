/** Build-time icons: `import inbox from "icon:inbox"` gives the drawing of that Lucide icon. */
declare module "icon:*" {
  const drawing: string;
  export default drawing;
}

/** What the `language.toml` of every folder of `locales/` says that a face needs, by its tag. */
declare module "spoken:languages" {
  const languages: Record<string, { name: string; serves: string[] }>;
  export default languages;
}
