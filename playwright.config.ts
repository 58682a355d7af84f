import { defineConfig } from "@playwright/test";
import { serverCount } from "./e2e/test-servers";

// Named by bin/test.ts; empty where Playwright has a browser of its own.
const executablePath = process.env.FLOWLATCH_TEST_BROWSER || undefined;

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-setup.ts",
  // Each worker on a server and a database of its own.
  workers: serverCount,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env.CI === "true",
  reporter: "list",
  use: {
    // Recording each step costs time that two cores in CI do not have; a failure still keeps its error context.
    trace: process.env.CI === "true" ? "off" : "retain-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    // Without a graphics card each frame of a fade is painted by the processor.
    contextOptions: { reducedMotion: "reduce" },
    permissions: ["clipboard-read", "clipboard-write"],
  },
  projects: [
    { name: "first-setup", testMatch: "setup.spec.ts" },
    {
      name: "journeys",
      testIgnore: ["setup.spec.ts", "no-token-left.spec.ts"],
      dependencies: ["first-setup"],
    },
    // By now every journey has made tokens.
    { name: "no-token-left", testMatch: "no-token-left.spec.ts", dependencies: ["journeys"] },
  ],
});
