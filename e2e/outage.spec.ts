import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { test as base, dataDirectory, expect, owner, signInAs } from "./fixtures";
import { freePort, serverEnvironment } from "./start-server";

const root = path.dirname(import.meta.dirname);

/** The way to the database, which can be closed and opened. */
interface Road {
  url: string;
  close(): void;
  open(): Promise<void>;
}

async function roadToDatabase(): Promise<Road & { remove(): void }> {
  const address = new URL(readFileSync(path.join(dataDirectory(), "address"), "utf8").trim());
  const file = path.join(address.searchParams.get("host") ?? "", ".s.PGSQL.5432");
  const port = await freePort();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(file);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.pipe(upstream).pipe(client);
  });
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const open = async () => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await open();
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, open, close, remove: close };
}

/** A second instance on the journeys' database, by a road of its own. */
const test = base.extend<{ road: Road; instanceUrl: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a function asks for from its pattern
  road: async ({}, use) => {
    const road = await roadToDatabase();
    await use(road);
    road.remove();
  },
  instanceUrl: async ({ road }, use) => {
    const port = await freePort();
    const secrets = JSON.parse(readFileSync(path.join(dataDirectory(), "secrets.json"), "utf8"));
    const url = `http://127.0.0.1:${port}`;
    const server = spawn(process.execPath, ["bin/serve.ts", "start", "127.0.0.1", String(port)], {
      cwd: root,
      env: serverEnvironment({
        ...secrets,
        NODE_ENV: "production",
        DATABASE_URL: road.url,
        NEXTAUTH_SECRET: secrets.FLOWLATCH_SESSION_SECRET,
        NEXTAUTH_URL: url,
        FLOWLATCH_LOG_LEVEL: "silent",
      }),
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    await once(server, "message");
    await use(url);
    const ended = once(server, "exit");
    server.send("stop");
    await ended;
  },
});

test("while the database is away nothing is answered but 503 and an error page to try again on; then all comes back by itself", async ({
  road,
  instanceUrl,
  context,
  db,
}) => {
  const { rows } = await db.query("SELECT id FROM chatflow ORDER BY created_at LIMIT 1");
  const ask = (streaming: boolean) =>
    fetch(`${instanceUrl}/api/v1/prediction/${rows[0].id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question: "Is anybody there?", streaming }),
    });
  const statusOf = async (name: string) => (await fetch(`${instanceUrl}/api/health/${name}`)).status;
  const expectServing = async () => {
    await expect.poll(() => statusOf("ready")).toBe(200);
    expect([401, 403]).toContain((await ask(false)).status);
  };
  await signInAs(context, db, instanceUrl, owner.email);
  const page = await context.newPage();
  await page.goto(`${instanceUrl}/keys`);
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await expectServing();

  road.close();

  expect(await statusOf("ready")).toBe(503);
  expect(await statusOf("live")).toBe(200);
  for (const streaming of [false, true]) {
    const answer = await ask(streaming);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject({ code: "database_unavailable", status: 503 });
  }
  for (const address of ["/keys", "/chatflows", "/login", "/setup"]) {
    expect((await page.goto(instanceUrl + address))?.status(), address).toBe(500);
    await expect(page.getByText("The database may be away.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  }
  await page.goto(`${instanceUrl}/keys`);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();

  await road.open();

  await expectServing();
  // The retry above may still be under way, find the database back, and take the button with it.
  await expect(async () => {
    const again = page.getByRole("button", { name: "Try again" });
    if (await again.isVisible()) await again.click({ timeout: 2_000 });
    await expect(page.getByRole("button", { name: "Create key" })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByText("The database may be away.")).toHaveCount(0);
});
