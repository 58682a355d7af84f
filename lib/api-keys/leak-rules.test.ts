import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "smol-toml";
import { afterAll, expect, test } from "vitest";
import { findTokens } from "@/lib/api-keys/find-tokens";
import { generateToken, parseToken, type Token } from "@/lib/api-keys/token";

const root = path.resolve(import.meta.dirname, "../..");
const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-leaks-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Gitleaks {
  rules: { regex: string; secretGroup: number; keywords: string[] }[];
}
const [rule] = (
  parse(readFileSync(path.join(root, "docs/leaks/flowlatch.gitleaks.toml"), "utf8")) as unknown as Gitleaks
).rules;
if (!rule) throw new Error("The rule file has no rule.");

/** Ways in which a token ends up in a file. */
const surroundings: ((token: string) => string)[] = [
  (token) => `FLOWLATCH_API_KEY=${token}`,
  (token) => `export FLOWLATCH_API_KEY="${token}" # production`,
  (token) => `{"headers":{"Authorization":"Bearer ${token}"}}`,
  (token) => JSON.stringify({ log: `\nAuthorization: Bearer x\n${token}\n` }),
  (token) => `apiKey: ${token}`,
  (token) => `apiKey: '${token}'`,
  (token) => `const client = new Client({ apiKey: \`${token}\` });`,
  (token) => `curl -H 'Authorization: Bearer ${token}' https://flowlatch.example.com/`,
  (token) => `https://app.example.com/?next=%2Fchat%3Fkey%3D${token}%26x%3D1`,
  (token) => `https://user:${token}@flowlatch.example.com/api`,
  (token) => `2026-11-26T00:00:00Z INFO token=${token} status=200`,
  (token) => `My key is ${token}. Can you see why it fails?`,
  (token) => `| Website | ${token} |`,
  (token) => `<code>${token}</code>`,
  (token) => `KEYS=${token},`,
  (token) => `KEY_${token}_OLD`,
  (token) => token,
];

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const random62 = (length: number) => [...randomBytes(length)].map((byte) => base62[byte % 62]).join("");
const changed = (token: string, at: number) =>
  token.slice(0, at) + (token[at] === "0" ? "1" : "0") + token.slice(at + 1);

/** Wrong, and to be seen as wrong by the rule itself. */
const otherThings: (() => string)[] = [
  () => generateToken().slice(0, -1),
  () => `${generateToken()}x`,
  () => `flk-${random62(49)}`,
  () => `fls_${random62(49)}`,
  () => `FLK_${random62(49)}`,
  () => `ghp_${random62(36)}`,
  () => `sk-proj-${random62(48)}`,
  () => `AKIA${random62(16).toUpperCase()}`,
  () => `xoxb-${random62(12)}-${random62(24)}`,
  () => randomUUID(),
  () => randomBytes(600).toString("base64"),
  () => `flk_${"•".repeat(8)}${random62(4)}`,
  () => "flk_…",
];
/** Of the right shape: only the checksum tells. */
const lookAlikes: (() => string)[] = [
  () => `flk_${random62(49)}`,
  () => changed(generateToken(), 4),
  () => changed(generateToken(), 30),
  () => changed(generateToken(), 52),
  () => `flk_${"x".repeat(49)}`,
];

const rounds = Array.from({ length: 20 }, (_, round) => round);
const leaked = rounds.flatMap(() => surroundings.map((write) => ({ token: generateToken(), write })));
const lines = {
  leaked: leaked.map(({ token, write }) => write(token)),
  harmless: rounds.flatMap(() => otherThings.flatMap((make) => surroundings.map((write) => write(make())))),
  lookAlikes: rounds.flatMap(() => lookAlikes.flatMap((make) => surroundings.map((write) => write(make())))),
};

const secretsBy = (regex: RegExp) => (text: string) => [...text.matchAll(regex)].map((match) => match[1] ?? "");
const found = secretsBy(new RegExp(rule.regex, "g"));
const tokens = leaked.map(({ token }) => token);

async function checked(text: string[]): Promise<number> {
  let count = 0;
  async function* each() {
    yield* text;
  }
  for await (const { line, lastFour } of findTokens(each())) {
    expect(text[line - 1]?.replaceAll("\0", "")).toContain(lastFour);
    count += 1;
  }
  return count;
}

test("the rule uses nothing that RE2, the engine of gitleaks, does not know", () => {
  expect(rule.regex).not.toMatch(/\(\?[=!<]|\\[1-9]|[*+?}]\+|\(\?>/);
  expect(rule.keywords.every((keyword) => tokens.every((token) => token.includes(keyword)))).toBe(true);
  expect(rule.secretGroup).toBe(1);
});

test(`the rule finds each of ${tokens.length} tokens, line by line and in one text`, () => {
  expect(lines.leaked.map(found)).toEqual(tokens.map((token) => [token]));
  expect(found(lines.leaked.join("\n"))).toEqual(tokens);
  expect(found(lines.leaked.join("\r\n"))).toEqual(tokens);
});

test("the rule finds nothing in tokens of others, wrong lengths and prefixes, and blobs", () => {
  expect(lines.harmless.length).toBeGreaterThan(4_000);
  expect(lines.harmless.flatMap(found)).toEqual([]);
});

test("what the rule alone takes for a token, the checksum does not", async () => {
  const suspected = lines.lookAlikes.flatMap(found);
  expect(suspected).toHaveLength(lines.lookAlikes.length);
  expect(suspected.map((text) => parseToken(text)).filter(Boolean)).toEqual([]);
  expect(await checked([...lines.lookAlikes, ...lines.harmless])).toBe(0);
});

test("token check finds each of them, also in UTF-16", async () => {
  expect(await checked(lines.leaked)).toBe(tokens.length);
  const utf16 = lines.leaked.map((line) => Buffer.from(line, "utf16le").toString("latin1"));
  expect(await checked(utf16)).toBe(tokens.length);
});

test("the custom pattern for GitHub in the guide finds the same", () => {
  const guide = readFileSync(path.join(root, "docs/guide/leaks.md"), "utf8");
  const part = (name: string) => new RegExp(`^\\| ${name} +\\| \`(.+)\` +\\|$`, "m").exec(guide)?.[1] ?? "missing";
  // A table's cell escapes its bars; JavaScript has other names for the ends of a text.
  const js = (text: string) => text.replaceAll("\\|", "|").replace("\\A", "^").replace("\\z", "$");
  const [before, secret, after] = ["Before secret", "Secret format", "After secret"].map((name) => js(part(name)));
  const foundByGitHub = secretsBy(new RegExp(`(?:${before})(${secret})(?:${after})`, "g"));
  expect(lines.leaked.map(foundByGitHub)).toEqual(tokens.map((token) => [token]));
  expect(lines.harmless.flatMap(foundByGitHub)).toEqual([]);
});

const secretlintConfig = path.join(directory, "secretlintrc.json");
writeFileSync(
  secretlintConfig,
  JSON.stringify({
    rules: [
      {
        id: "@secretlint/secretlint-rule-pattern",
        options: { patterns: [{ name: "Flowlatch API key", patterns: [`/${rule.regex}/g`] }] },
      },
    ],
  }),
);

interface Scanned {
  filePath: string;
  messages: { data: { CREDENTIAL: string } }[];
}

/** What secretlint, a scanner in use, finds with the rule. */
async function secretlint(...given: string[]): Promise<Scanned[]> {
  const program = path.join(root, "node_modules/secretlint/bin/secretlint.js");
  const options = ["--secretlintrc", secretlintConfig, "--format", "json", "--no-maskSecrets", "--no-color"];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...options, ...given], {
    cwd: root,
    maxBuffer: 64e6,
  }).catch((error: { code?: number; stdout: string; stderr: string }) => {
    // 1 says that something was found.
    if (error.code === 1 && error.stdout) return error;
    throw new Error(`secretlint failed: ${error.stderr}`);
  });
  return JSON.parse(stdout) as Scanned[];
}

test("a scanner with the rule finds each token in a file, and nothing else", async () => {
  const file = path.join(directory, "leaked.txt");
  writeFileSync(file, [...lines.harmless, ...lines.leaked].join("\n"));
  const [scanned] = await secretlint(file);
  const credentials = scanned?.messages.map(({ data }) => data.CREDENTIAL.match(/flk_\w{49}/)?.[0] as Token);
  expect(credentials?.sort()).toEqual([...tokens].sort());
});

test("this repository's tracked files hold no token", async () => {
  const { stdout } = await promisify(execFile)("git", ["ls-files", "-z"], { cwd: root, maxBuffer: 64e6 });
  const files = stdout.split("\0").filter((file) => file && !/\.(png|pdf|ico)$/.test(file));
  expect(files.length).toBeGreaterThan(300);
  const scanned = await secretlint("--no-glob", ...files);
  expect(scanned.filter(({ messages }) => messages.length > 0).map(({ filePath }) => filePath)).toEqual([]);
});
