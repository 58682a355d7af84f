import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eventually } from "@/lib/testing/eventually";
import { freePort } from "@/lib/testing/free-port";

const shipped = path.resolve(import.meta.dirname, "../../deploy/nginx.conf");
const nobody = process.getuid?.() === 0 ? 65_534 : undefined;

/** Puts one address in another's place. A configuration without the first would not be the one that is tried. */
function replaced(configuration: string, shippedText: string, text: string): string {
  if (!configuration.includes(shippedText)) throw new Error(`deploy/nginx.conf has no “${shippedText}”.`);
  return configuration.replaceAll(shippedText, text);
}

/**
 * Runs nginx, which must be installed, with the configuration of deploy/ before two instances or more: other
 * addresses, and another directory for what it writes, are all that differs.
 */
export async function startNginx([first, ...others]: [number, number, ...number[]]) {
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-nginx-"));
  if (nobody) chownSync(directory, nobody, nobody);
  const port = await freePort();
  const addresses: [string, string][] = [
    ["app-1:3000", `127.0.0.1:${first}`],
    ["server app-2:3000 max_fails=0;", others.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join("\n    ")],
    ["listen 8080;", `listen 127.0.0.1:${port};`],
    ["/tmp/", `${directory}/`],
  ];
  const file = path.join(directory, "nginx.conf");
  writeFileSync(
    file,
    addresses.reduce((text, [from, to]) => replaced(text, from, to), readFileSync(shipped, "utf8")),
  );
  const log = path.join(directory, "log");
  const output = openSync(log, "a");
  if (nobody) chownSync(log, nobody, nobody);
  const child: ChildProcess = spawn("nginx", ["-p", directory, "-c", file, "-e", "/dev/stderr", "-g", "daemon off;"], {
    stdio: ["ignore", output, output],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    ...(nobody && { uid: nobody, gid: nobody }),
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended:\n${readFileSync(log, "utf8")}`);
    return (await fetch(`${url}/api/health/live`).catch(() => null))?.ok || null;
  });
  return {
    url,
    log: () => readFileSync(log, "utf8"),
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "close");
      rmSync(directory, { recursive: true });
    },
  };
}
