import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, expect } from "@playwright/test";
import { addressOf, bootstrap, freePort, spawnStart } from "./start-server";

interface Running {
  process: ChildProcess;
  port: number;
  dataDirectory: string;
  /** Of the embedded database, by its lock. */
  databasePid: number;
}

const test = base.extend<{ command: "npm" | "bootstrap"; running: Running }>({
  command: ["bootstrap", { option: true }],
  running: async ({ command }, use) => {
    const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-e2e-stop-"));
    const dataDirectory = path.join(directory, "data");
    const port = await freePort();
    const process_ = command === "npm" ? spawnStart(port, dataDirectory) : spawnStart(port, dataDirectory, bootstrap);
    const ended = new Promise<void>((resolve) => process_.once("close", () => resolve()));
    await addressOf(process_);
    const { pid } = JSON.parse(readFileSync(path.join(dataDirectory, "lock"), "utf8")) as { pid: number };
    await use({ process: process_, port, dataDirectory, databasePid: pid });
    signal(process_, "SIGKILL");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  },
});

/** To the whole group, as a terminal does; to nobody when all have gone. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-(pid as number), name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const body = JSON.stringify({ question: "Is anybody there?" });

/** Begins a call and keeps half of its question back: it is under way until the rest is sent. */
async function beginCall(port: number): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => (received += chunk)).on("error", () => {});
  const answer = once(socket, "close").then(() => received);
  const head = `POST /api/v1/prediction/none HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json`;
  socket.write(`${head}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n${body.slice(0, 5)}`);
  // The server has read the head once it says so.
  await once(socket, "data");
  return { socket, answer };
}

async function expectNothingLeft({ port, dataDirectory, databasePid }: Running): Promise<void> {
  await expect.poll(() => isAlive(databasePid)).toBe(false);
  await expect(fetch(`http://127.0.0.1:${port}/api/health/live`)).rejects.toThrow();
  expect(existsSync(path.join(dataDirectory, "lock"))).toBe(false);
}

const refuses = (port: number) => () =>
  fetch(`http://127.0.0.1:${port}/api/health/live`).then(
    () => false,
    () => true,
  );

for (const name of ["SIGINT", "SIGTERM"] as const) {
  test(`${name}: what is under way is answered, nobody new is let in, and all ends with 0`, async ({ running }) => {
    const { socket, answer } = await beginCall(running.port);
    const ended = once(running.process, "close");
    signal(running.process, name);
    await expect.poll(refuses(running.port)).toBe(true);
    expect(running.process.exitCode).toBeNull();
    socket.write(body.slice(5));
    expect(await answer).toContain("HTTP/1.1 404");
    await ended;
    expect(running.process.exitCode).toBe(0);
    await expectNothingLeft(running);
  });
}

test("a call that never ends is cut off: stopping takes no longer than its bound", async ({ running }) => {
  const { answer } = await beginCall(running.port);
  signal(running.process, "SIGINT");
  expect(await answer).not.toContain("HTTP/1.1 404");
  await expectNothingLeft(running);
});

test("a second Ctrl-C ends at once, while a call is still under way", async ({ running }) => {
  const { answer } = await beginCall(running.port);
  const ended = once(running.process, "close");
  signal(running.process, "SIGINT");
  await expect.poll(refuses(running.port)).toBe(true);
  // What arrives within the second is taken for the same Ctrl-C: npm and the bootstrap repeat it.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  signal(running.process, "SIGINT");
  await ended;
  expect(running.process.exitCode).toBe(1);
  await answer;
  await expectNothingLeft(running);
});

test.describe("under npm", () => {
  test.use({ command: "npm" });

  test("a SIGTERM to npm alone, which its shell does not pass on, ends the rest too", async ({ running }) => {
    running.process.kill("SIGTERM");
    await expectNothingLeft(running);
  });
});
