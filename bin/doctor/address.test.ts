import { expect, test } from "vitest";
import { parseEnv, parseStartEnv } from "@/lib/env";
import type { Settings } from "../deployment.ts";
import { examineAddress, examineProxies } from "./address.ts";
import { examineCleanUp } from "./clean-up.ts";

function settingsWith(variables: Record<string, string>): Settings {
  const settings = parseStartEnv(variables);
  return { ...settings, dataDirectory: "/nowhere", address: settings.FLOWLATCH_PUBLIC_URL ?? "http://localhost:3000" };
}

const environment = (variables: Record<string, string>) => parseEnv({ ...process.env, ...variables });

test.each<[string, Record<string, string>, string]>([
  ["https", { FLOWLATCH_PUBLIC_URL: "https://keys.example.com" }, "ok"],
  ["this machine's own", {}, "ok"],
  ["http for others", { FLOWLATCH_PUBLIC_URL: "http://keys.example.com" }, "warning"],
  ["none, reachable from elsewhere", { FLOWLATCH_HOST: "0.0.0.0" }, "warning"],
  ["a path", { FLOWLATCH_PUBLIC_URL: "https://example.com/keys" }, "failure"],
])("a public address that is %s", (_, variables, state) => {
  const settings = settingsWith(variables);
  expect(examineAddress(settings.address, settings)).toMatchObject({ what: "public address", state });
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  ["none on this machine", {}, {}, "ok"],
  ["none behind https", { FLOWLATCH_PUBLIC_URL: "https://keys.example.com" }, {}, "warning"],
  ["one behind https", { FLOWLATCH_PUBLIC_URL: "https://keys.example.com" }, { FLOWLATCH_TRUSTED_PROXIES: "1" }, "ok"],
  ["one where nothing says there is one", {}, { FLOWLATCH_TRUSTED_PROXIES: "1" }, "warning"],
  ["Vercel's", { FLOWLATCH_PUBLIC_URL: "https://keys.example.com" }, { VERCEL: "1" }, "ok"],
])("trusted proxies: %s", (_, start, serve, state) => {
  const settings = settingsWith(start);
  expect(examineProxies(settings.address, settings, environment(serve))).toMatchObject({ state });
});

test("functions need a cron job that is let in; a server cleans up by itself", () => {
  const stateWith = (variables: Record<string, string>) => examineCleanUp(environment(variables)).state;
  expect(stateWith({})).toBe("ok");
  expect(stateWith({ VERCEL: "1" })).toBe("failure");
  expect(stateWith({ VERCEL: "1", CRON_SECRET: "c".repeat(16) })).toBe("ok");
});
