import { readFileSync } from "node:fs";
import path from "node:path";

/** What a browser sends to be known, of a person who is signed in. */
export interface SignedIn {
  Cookie: string;
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** Signs in as the sign-in page does. */
export async function signIn(url: string, email: string, password: string): Promise<SignedIn> {
  const asked = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await asked.json()) as { csrfToken: string };
  const answered = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { Cookie: cookiesOf(asked) },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
  });
  const cookie = cookiesOf(answered);
  if (!cookie.includes("flowlatch.session")) throw new Error(`Nobody is signed in: ${await answered.text()}`);
  return { Cookie: cookie };
}

/**
 * Calls server actions as the pages of a build do.
 * @param directory where `.next` lies
 */
export function actionsOf(directory: string) {
  const manifest = path.join(directory, ".next/server/server-reference-manifest.json");
  const { node } = JSON.parse(readFileSync(manifest, "utf8")) as { node: Record<string, { exportedName: string }> };
  const ids = new Map(Object.entries(node).map(([id, { exportedName }]) => [exportedName, id]));
  /** @returns what came back, as React wrote it */
  return async (url: string, person: SignedIn, name: string, input: unknown): Promise<string> => {
    const response = await fetch(`${url}/keys`, {
      method: "POST",
      headers: {
        ...person,
        Origin: url,
        "Next-Action": ids.get(name) ?? "",
        "Content-Type": "text/plain;charset=UTF-8",
      },
      body: JSON.stringify([input]),
    });
    if (!response.ok) throw new Error(`${name} was answered with ${response.status}.`);
    return await response.text();
  };
}
