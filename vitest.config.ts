import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

const notTests = ["**/node_modules/**", "**/.next/**", "**/.data/**", "e2e/**"];
/** They need a build, and Vercel's own command line: `npm run test:vercel`. */
const onVercel = "**/*.vercel.test.ts";
/** They need a build, nginx and PgBouncer, and minutes: `npm run test:faults`. */
const ofFaults = "**/*.faults.test.ts";

/** A whole configuration, so that lib/env.ts is content. Nothing here guards anything. */
const testEnvironment = {
  DATABASE_URL: "postgresql://nobody@127.0.0.1:1/set-by-lib-testing-database",
  FLOWLATCH_SESSION_SECRET: "session-secret-of-the-tests-0123456789",
  FLOWLATCH_PEPPER: "pepper-of-the-tests-0123456789abcdefgh",
  FLOWLATCH_ENCRYPTION_KEY: "encryption-key-of-the-tests-0123456789",
  FLOWLATCH_LOG_LEVEL: "silent",
};

/** Of one worker's files each has our modules to itself; packages are loaded once, and so is the embedded Postgres. */
const inOneProcess = { isolate: false, setupFiles: "lib/testing/fresh-file.ts", env: testEnvironment };

const shared = {
  resolve: {
    alias: [
      { find: /^@\//, replacement: `${root}/` },
      // vitest knows no "react-server" condition, without which `server-only` throws.
      { find: /^server-only$/, replacement: `${root}/node_modules/server-only/empty.js` },
    ],
  },
};

/**
 * Not run once more on a server that TEST_DATABASE_URL names: those of bin start an embedded database of
 * their own, and those of providers and samples are about processes and protocols beyond the database.
 */
const onEmbeddedOnly = [
  "bin/**/*.db.test.ts",
  "lib/engines/{model,flowise}/**",
  "lib/openai/**",
  "lib/providers/**/*.db.test.ts",
  "lib/snippets/**",
  // It brings a database of its own, empty at first.
  "lib/db/forward.db.test.ts",
  // Who may do what is decided before the database is asked.
  "lib/auth/role-matrix.db.test.ts",
];

const onADatabase = {
  globalSetup: "lib/testing/global-setup.ts",
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

const projects = [
  {
    ...shared,
    test: {
      name: "unit",
      testTimeout: 30_000,
      ...inOneProcess,
      include: ["**/*.test.ts"],
      exclude: [...notTests, "**/*.db.test.ts", "**/*.pg.test.ts", onVercel, ofFaults],
    },
  },
  {
    ...shared,
    test: {
      name: "db",
      ...inOneProcess,
      include: ["**/*.db.test.ts"],
      exclude: process.env.TEST_DATABASE_URL ? [...notTests, ...onEmbeddedOnly] : notTests,
      ...onADatabase,
    },
  },
  {
    // Races between processes need a real server: it runs only where TEST_DATABASE_URL names one.
    ...shared,
    test: { name: "postgres", ...inOneProcess, include: ["**/*.pg.test.ts"], exclude: notTests, ...onADatabase },
  },
];

const vercelProject = {
  ...shared,
  test: {
    ...onADatabase,
    name: "vercel",
    env: testEnvironment,
    include: [onVercel],
    exclude: notTests,
    globalSetup: [onADatabase.globalSetup, "lib/testing/vercel/build-output.ts"],
  },
};

/** What else is about faults, and is run by `npm test` as well: with Redis, upstreams and the embedded database. */
const alsoOfFaults = [
  "bin/processes.db.test.ts",
  "lib/api-keys/{cuts,redis-away}.pg.test.ts",
  "lib/engines/{model,flowise}/{failures,hang-up}.db.test.ts",
];

const faultsProject = {
  ...shared,
  test: {
    ...onADatabase,
    name: "faults",
    env: testEnvironment,
    include: [ofFaults, ...(process.env.TEST_FAULTS === "short" ? [] : alsoOfFaults)],
    exclude: notTests,
  },
};

function chosenProjects() {
  if (process.env.TEST_VERCEL) return [vercelProject];
  if (process.env.TEST_FAULTS) return [faultsProject];
  return process.env.TEST_DATABASE_URL ? projects : projects.slice(0, 2);
}

export default defineConfig({
  test: {
    projects: chosenProjects(),
    maxWorkers: 2,
  },
});
