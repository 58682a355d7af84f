// No container engine runs where these tests do, so an image is never built: what it would be built from is looked at.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseEnv as parseVariables } from "node:util";
import { validate } from "dockerfile-utils";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseEnv } from "@/lib/env";

const root = path.dirname(import.meta.dirname);
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const dockerfile = read("Dockerfile");

interface Service {
  image: string;
  env_file?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  profiles?: string[];
  stop_grace_period?: string;
}
const { services } = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, Service> };

test("the Dockerfile has no mistake that a linter sees", () => {
  expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

test("what the Dockerfile copies is here, and what it starts is in the tree that it copies last", () => {
  const instructions = dockerfile.replaceAll("\\\n", " ").split("\n");
  const copied = instructions
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from"))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  expect(copied.length).toBeGreaterThan(4);
  expect(copied.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);

  // Form of an array, so that no shell stands between the engine's signal and the server.
  const started = instructions.flatMap((line) => /^(?:CMD|HEALTHCHECK .* CMD) (\[.*\])$/.exec(line)?.[1] ?? []);
  const programs = started.map((line) => (JSON.parse(line) as string[]).at(-1));
  expect(programs).toEqual(["bin/healthcheck.ts", "bin/container.ts"]);
  const assembled = read("bin/tree/assemble-tree.ts");
  expect(programs.filter((program) => !assembled.includes(`"${program}"`))).toEqual([]);
});

test("nothing that git leaves out gets into an image", () => {
  const left = (file: string) =>
    read(file)
      .split("\n")
      .map((line) => line.trim().replace(/\/$/, ""));
  const leftOut = new Set(left(".dockerignore"));
  expect(left(".gitignore").filter((line) => line && !line.startsWith("#") && !leftOut.has(line))).toEqual([]);
});

test("compose.yaml holds no secret, and what it mounts, names and waits for is there", () => {
  for (const { environment = {}, volumes = [], depends_on = {} } of Object.values(services)) {
    expect(
      Object.keys(environment).filter((name) => /SECRET|PEPPER|PASSWORD|ENCRYPTION|DATABASE_URL/.test(name)),
    ).toEqual([]);
    const mounted = volumes.flatMap((volume) => /^\.\/([^:]+):/.exec(volume)?.[1] ?? []);
    expect(mounted.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(Object.keys(depends_on).filter((name) => !services[name])).toEqual([]);
  }
  const instances = [...read("deploy/nginx.conf").matchAll(/server (\S+):3000/g)].map(([, name]) => name ?? "");
  expect(instances.map((name) => services[name]?.environment?.FLOWLATCH_TRUSTED_PROXIES)).toEqual(["1", "1"]);
  expect(services.app?.environment).not.toHaveProperty("FLOWLATCH_TRUSTED_PROXIES");
});

test("an engine waits longer for a stopping instance than the instance for its streams", () => {
  for (const { environment, stop_grace_period = "" } of [
    services.app,
    services["app-1"],
    services["app-2"],
  ] as Service[]) {
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(Number(environment?.FLOWLATCH_DRAIN_SECONDS) + 3);
  }
});

test("`flowlatch secrets` writes what compose.yaml reads, for this user alone, and never over what is there", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-deploy-"));
  // By the command of the image, which has Node in its path and no npm.
  const env = { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, NODE_ENV: "production" as const };
  const args = ["secrets", directory, "--public-url", "https://keys.example.com"];
  const write = () => execFileSync(path.join(root, "bin/flowlatch"), args, { encoding: "utf8", env, stdio: "pipe" });
  try {
    expect(write()).toContain(".env.flowlatch");
    const files = [services.app?.env_file, services.postgres?.env_file].map((name) => path.join(directory, name ?? ""));
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    const [app = {}, postgres = {}] = files.map((file) => parseVariables(readFileSync(file, "utf8")));
    const { DATABASE_URL } = parseEnv(app as Record<string, string>);
    const { username, password, hostname, pathname } = new URL(DATABASE_URL);
    const { POSTGRES_USER, POSTGRES_DB } = services.postgres?.environment ?? {};
    expect([username, password, `/${POSTGRES_DB}`]).toEqual([POSTGRES_USER, postgres.POSTGRES_PASSWORD, pathname]);
    expect(services).toHaveProperty(hostname);
    expect(write).toThrow(/is there already, and is left as it is/);
    expect(parseVariables(readFileSync(files[0] ?? "", "utf8"))).toEqual(app);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
