import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { allowedAddressesSchema, normalNetwork } from "@/lib/api-keys/addresses";

test.each([
  ["203.0.113.7", "203.0.113.7/32"],
  ["203.0.113.7/24", "203.0.113.0/24"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:DB8::0001", "2001:db8::1/128"],
  ["2001:db8::ffff/32", "2001:db8::/32"],
  ["::/0", "::/0"],
  ["::ffff:203.0.113.7", "203.0.113.7/32"],
  ["::ffff:203.0.113.7/120", "203.0.113.0/24"],
  ["::ffff:cb00:7107", "203.0.113.7/32"],
])("%s is kept as %s", (given, kept) => {
  expect(normalNetwork(given)).toBe(kept);
});

test.each([
  "",
  "localhost",
  "10.1",
  "0x7f.0.0.1",
  "010.0.0.1",
  "2130706433",
  "256.0.0.1",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "2001:db8::/129",
  "fe80::1%eth0",
  "1::2::3",
  "203.0.113.7:443",
  "[2001:db8::1]",
  "10.0.0.0 - 10.0.0.9",
])("%j is no address", (given) => {
  expect(normalNetwork(given)).toBeNull();
});

test("a list keeps each network once, in the order given, trimmed", () => {
  const given = [" 10.0.0.1 ", "10.0.0.1/32", "::ffff:10.0.0.1", "2001:db8::/32", "2001:db8::5/32"];
  expect(allowedAddressesSchema.parse(given)).toEqual(["10.0.0.1/32", "2001:db8::/32"]);
});

test("a message quotes an entry, but not pages of it", () => {
  const { error } = allowedAddressesSchema.safeParse(["10.0.0.1", "x".repeat(10_000)]);
  expect(error?.issues[0]?.path).toEqual([1]);
  expect(error?.issues[0]?.message).toMatch(/^“x{60}…” is not an IP address/);
});

test("whatever network is kept holds the address it was given with, and stays as it is when kept again", () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), ([address, prefix]) => {
      const kept = normalNetwork(`${address}/${prefix}`);
      if (kept === null) throw new Error(`${address}/${prefix} was refused`);
      expect(normalNetwork(kept)).toBe(kept);
      const caller = ipaddr.process(address);
      const [network, length] = ipaddr.parseCIDR(kept);
      if (caller.kind() === network.kind()) expect(caller.match([network, length] as never)).toBe(true);
    }),
  );
});
