/** Safe in the browser. Of what a passage's metadata may say of where it is from, the first that is there. */
const names = ["source", "title", "fileName", "url"];

/** What a source is called where people read it: "handbook.md › Opening hours". */
export function sourceName(metadata: Record<string, unknown>): string {
  const text = (name: string) => (typeof metadata[name] === "string" ? metadata[name] : "");
  const [origin = ""] = names.map(text).filter(Boolean);
  return [origin, text("heading")].filter(Boolean).join(" › ");
}
