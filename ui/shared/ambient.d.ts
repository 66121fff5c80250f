/** Build-time icons: `import inbox from "icon:inbox"` gives the drawing of that Lucide icon. */
declare module "icon:*" {
  const drawing: string;
  export default drawing;
}
