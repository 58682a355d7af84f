import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Pool } from "pg";
import { eventually } from "@/lib/testing/eventually";
import { freePort } from "@/lib/testing/free-port";

/** A user that is not root, whom PgBouncer refuses to be. */
const nobody = process.getuid?.() === 0 ? 65_534 : undefined;

/**
 * Runs PgBouncer, which must be installed, in transaction mode before a database: fewer connections to the server than
 * its clients have, so that two statements of one client are seldom on the same.
 * @returns the address to use in the database's place
 */
export async function startPgBouncer(databaseUrl: string, serverConnections: number) {
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-pgbouncer-"));
  const port = await freePort();
  const file = path.join(directory, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${serverPort || 5432} user=${username}${password && ` password=${decodeURIComponent(password)}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 200
default_pool_size = ${serverConnections}
server_login_retry = 1
`,
  );
  chmodSync(directory, 0o755);
  const child = spawn("pgbouncer", ["-q", file], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    ...(nobody && { uid: nobody, gid: nobody }),
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const url = `postgresql://${username}@127.0.0.1:${port}${pathname}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended:\n${said}`);
    const pool = new Pool({ connectionString: url, max: 1 });
    return await pool
      .query("SELECT 1")
      .catch(() => null)
      .finally(() => pool.end());
  });
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "close");
      rmSync(directory, { recursive: true });
    },
  };
}
