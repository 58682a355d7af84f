import { decrypt, encrypt } from "next/dist/server/app-render/encryption-utils.js";
import { afterEach, expect, test, vi } from "vitest";
import { applySecrets, readSettings } from "./deployment.ts";

afterEach(() => vi.unstubAllEnvs());

const secret = "session-secret-of-two-instances-0123456789";

/** What an instance with these session secrets has Next encrypt the bound values of its pages with. */
function keyOfInstance(sessionSecret: string): string {
  vi.stubEnv("FLOWLATCH_SESSION_SECRET", sessionSecret);
  for (const name of ["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", "NEXTAUTH_SECRET", "NEXTAUTH_URL"]) vi.stubEnv(name, "");
  applySecrets(readSettings(), true);
  return process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ?? "";
}

/** As Next itself makes a key of it. */
const imported = (key: string) =>
  crypto.subtle.importKey("raw", Buffer.from(key, "base64"), "AES-GCM", true, ["encrypt", "decrypt"]);

test("what one instance's page holds encrypted, another with the same secret can read, and no other", async () => {
  const [one, another, foreign] = await Promise.all(
    [secret, secret, `${secret}!`].map((given) => imported(keyOfInstance(given))),
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await encrypt(one as CryptoKey, iv, new TextEncoder().encode("bound")));
  expect(new TextDecoder().decode(await decrypt(another as CryptoKey, iv, sealed))).toBe("bound");
  await expect(decrypt(foreign as CryptoKey, iv, sealed)).rejects.toThrow();
});

test("an older secret behind the newest changes nothing, so that the first step of a rotation goes unnoticed", () => {
  expect(keyOfInstance(`${secret}, ${"next-".repeat(8)}`)).toBe(keyOfInstance(secret));
  expect(keyOfInstance(`${"next-".repeat(8)},${secret}`)).not.toBe(keyOfInstance(secret));
});

test("a key is 256 bits and not the secret, and what the deployer gives stands", () => {
  expect(Buffer.from(keyOfInstance(secret), "base64")).toHaveLength(32);
  const given = Buffer.alloc(32, 7).toString("base64");
  vi.stubEnv("NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", given);
  applySecrets(readSettings(), true);
  expect(process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY).toBe(given);
});
