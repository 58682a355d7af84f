/**
 * An address of Flowise's API. People copy it with and without the path that all of it has.
 * @param baseUrl of the provider; its kind asks for one
 * @param path below `/api/v1`
 */
export function flowiseUrl(baseUrl: string | null, path: string): URL {
  if (baseUrl === null) throw new Error("A Flowise server has no address but its own.");
  return new URL(`${baseUrl.replace(/\/+$/, "").replace(/\/api\/v1$/, "")}/api/v1${path}`);
}
