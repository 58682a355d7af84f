import { expect, test } from "vitest";
import { readJson } from "@/lib/http/json-body";

interface Sent {
  contentType?: string | null;
  headers?: Record<string, string>;
}

function request(body: BodyInit | null, { contentType = "application/json", headers = {} }: Sent = {}): Request {
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, headers, duplex: "half" };
  const made = new Request("http://localhost/", init);
  if (contentType === null) made.headers.delete("content-type");
  else made.headers.set("content-type", contentType);
  return made;
}

/** A body of this many bytes without a Content-Length, and how much of it was taken. */
function endless(bytes: number) {
  const taken = { bytes: 0 };
  const body = new ReadableStream({
    pull(controller) {
      if (taken.bytes >= bytes) return controller.close();
      taken.bytes += 1_000;
      controller.enqueue(new Uint8Array(1_000).fill(0x20));
    },
  });
  return { body, taken };
}

test.each(["application/json", "Application/JSON; charset=utf-8", "application/json;charset=UTF-8"])(
  "%s is read as JSON",
  async (contentType) => {
    expect(await readJson(request('{"question":"Grüße"}', { contentType }), 100)).toEqual({ question: "Grüße" });
  },
);

test.each([
  null,
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
])("content type %s is refused with what to send instead", async (contentType) => {
  await expect(readJson(request("{}", { contentType }), 100)).rejects.toMatchObject({
    code: "unsupported_media_type",
    message: expect.stringContaining("application/json"),
  });
});

test("a compressed body is refused", async () => {
  const headers = { "content-encoding": "gzip" };
  await expect(readJson(request("{}", { headers }), 100)).rejects.toMatchObject({ code: "unsupported_media_type" });
});

test.each(["", "{", "nonsense", '{"a":1} x'])("%j is refused as not JSON, without being repeated", async (body) => {
  await expect(readJson(request(body), 100)).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.not.stringContaining("nonsense"),
  });
});

test("a body is read down to 100 levels, and refused below", async () => {
  const lists = (levels: number) => request(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  expect(JSON.stringify(await readJson(lists(100), 1_000))).toHaveLength(200);
  for (const levels of [101, 20_000]) {
    await expect(readJson(lists(levels), 100_000)).rejects.toMatchObject({
      code: "invalid_request",
      message: "The body is nested deeper than 100 levels.",
    });
  }
});

test("a sender who goes away is no failure of the database, whatever the socket calls it", async () => {
  const broken = new ReadableStream({
    pull: (controller) => controller.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" })),
  });
  await expect(readJson(request(broken), 100)).rejects.toMatchObject({
    code: "invalid_request",
    message: "The body broke off before its end.",
  });
});

test("bytes that are not UTF-8 are refused", async () => {
  await expect(readJson(request(new Uint8Array([0x22, 0xff, 0x22])), 100)).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("a body of exactly the limit is read, one byte more is not", async () => {
  const body = JSON.stringify("x".repeat(98));
  expect(await readJson(request(body), 100)).toHaveLength(98);
  await expect(readJson(request(`${body} `), 100)).rejects.toMatchObject({ code: "payload_too_large" });
});

test("a declared length over the limit is refused without reading", async () => {
  const { body, taken } = endless(1_000_000);
  const headers = { "content-length": "1000000" };
  await expect(readJson(request(body, { headers }), 100)).rejects.toMatchObject({ code: "payload_too_large" });
  expect(taken.bytes).toBeLessThanOrEqual(1_000);
});

test.each<Record<string, string>>([{}, { "content-length": "5" }])(
  "bytes are counted whatever the headers %j say",
  async (headers) => {
    const { body, taken } = endless(1_000_000);
    await expect(readJson(request(body, { headers }), 5_000)).rejects.toMatchObject({ code: "payload_too_large" });
    expect(taken.bytes).toBeLessThan(20_000);
  },
);
