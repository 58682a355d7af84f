/** What a route of ours answered, or the sentence that it refuses with. Throws only when `signal` aborts. */
export async function fetchJson<Data>(
  address: string,
  signal: AbortSignal,
): Promise<{ ok: true; data: Data } | { ok: false; message: string }> {
  const unreachable = { ok: false, message: "Flowlatch could not be reached." } as const;
  const response = await fetch(address, { signal }).catch(() => null);
  signal.throwIfAborted();
  const body = await response?.json().catch(() => null);
  signal.throwIfAborted();
  if (!response || !body) return unreachable;
  return response.ok ? { ok: true, data: body as Data } : { ok: false, message: String(body.message) };
}
