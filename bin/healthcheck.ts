// What a container engine asks, with nothing but Node: whether the process of this container still answers.
// Not whether its database is there: a restart would not mend that.
const port = process.env.PORT || "3000";

try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/api/health/live`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}

export {};
