import type dns from "node:dns";
import { afterAll, describe, expect, test } from "vitest";
import { createUpstream } from "@/lib/providers/upstream";
import { startModelListServer } from "@/lib/testing/provider-models";

const server = await startModelListServer();
afterAll(() => server.close());
const { port } = new URL(server.url);

/** A name server that answers what it is told to, in turn, the last for ever. */
function resolverOf(...answers: string[][]) {
  let asked = 0;
  const lookup = ((_name: string, _options: object, callback: (error: null, found: dns.LookupAddress[]) => void) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  }) as unknown as typeof dns.lookup;
  return { lookup, timesAsked: () => asked };
}

const calls = () => server.requests.length;

type Upstream = ReturnType<typeof createUpstream>;
type Policy = Parameters<typeof createUpstream>[0];

/** A call by either way, read to its end: its status. */
const ways: Record<
  keyof Upstream,
  (upstream: Upstream, address: string, headers: Record<string, string>) => Promise<number>
> = {
  async fetch(upstream, address, headers) {
    const response = await upstream.fetch(address, { headers });
    await response.text();
    return response.status;
  },
  async request(upstream, address, headers) {
    const { statusCode, body } = await upstream.request(address, { method: "GET", headers });
    await body.dump();
    return statusCode;
  },
};

describe.each(Object.entries(ways))("by %s", (_, call) => {
  const caller = (policy: Policy) => {
    const upstream = createUpstream(policy);
    return (address: string, headers = {}) => call(upstream, address, headers);
  };

  test("a name that resolves to a private address is not called where those are refused: the system's own resolver", async () => {
    const [guarded, open] = [false, true].map((allowed) => caller({ allowPrivate: () => allowed }));
    const before = calls();
    await expect(guarded?.(`http://localhost:${port}/local/v1/models`)).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringMatching(/^localhost is in a private network/),
    });
    expect(calls()).toBe(before);
    expect(await open?.(`http://localhost:${port}/local/v1/models`)).toBe(200);
  });

  test("a name that changes its address between two connections gains nothing: each connection is checked", async () => {
    const { lookup, timesAsked } = resolverOf(["127.0.0.1"], ["169.254.169.254"]);
    let allowed = true;
    const guarded = caller({ allowPrivate: () => allowed, lookup });
    const address = `http://rebinding.example:${port}`;
    expect(await guarded(`${address}/local/v1/models`, { connection: "close" })).toBe(200);
    const before = calls();
    await expect(guarded(`${address}/local/v1/models`)).rejects.toMatchObject({
      message: expect.stringMatching(/metadata/),
    });
    expect(timesAsked()).toBe(2);
    allowed = false;
    const rebound = caller({ allowPrivate: () => allowed, ...resolverOf(["127.0.0.1"]) });
    await expect(rebound(`${address}/local/v1/models`)).rejects.toMatchObject({
      message: expect.stringMatching(/private/),
    });
    expect(calls()).toBe(before);
  });

  test("of several addresses only those that may be called are", async () => {
    const guarded = caller({
      allowPrivate: () => true,
      ...resolverOf(["169.254.169.254", "fe80::1", "127.0.0.1"]),
    });
    expect(await guarded(`http://several.example:${port}/local/v1/models`)).toBe(200);
  });

  test("a redirect is not followed, to wherever it leads", async () => {
    const before = calls();
    await expect(caller({ allowPrivate: () => true })(`${server.url}/redirect`)).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringMatching(/redirect \(302\)/),
    });
    expect(calls()).toBe(before + 1);
  });

  test.each(["ftp://example.com/", "file:///etc/passwd", "http://user:secret@example.com/"])(
    "%s is not called",
    async (address) => {
      const attempt = caller({ allowPrivate: () => true })(address);
      await expect(attempt).rejects.toMatchObject({
        code: "upstream_failed",
        message: expect.not.stringContaining("secret"),
      });
    },
  );
});
