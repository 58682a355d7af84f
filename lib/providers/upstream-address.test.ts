import { expect, test } from "vitest";
import { type AddressClass, classifyAddress, refusalOfHost } from "@/lib/providers/upstream-address";

const table: Record<AddressClass, string[]> = {
  public: ["8.8.8.8", "104.18.7.192", "2606:4700::6812:7c0", "::ffff:8.8.8.8", "64:ff9b::808:808"],
  private: [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.20",
    "100.64.0.1",
    "::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
  ],
  refused: [
    "169.254.169.254",
    "169.254.170.2",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "fd00:ec2::254",
    "fd20:ce::254",
    "100.100.100.200",
    "::ffff:100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fe80::1",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.7",
    "2001:db8::1",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378::1",
    "64:ff9b:1::a9fe:a9fe",
    "::169.254.169.254",
    "::7f00:1",
    "fec0::1",
    "4000::1",
    "not an address",
    "",
  ],
};

test.each(Object.entries(table).flatMap(([kind, addresses]) => addresses.map((address) => [address, kind])))(
  "%s is %s",
  (address, kind) => expect(classifyAddress(address)).toBe(kind),
);

const hostOf = (url: string) => new URL(url).hostname;

test("an address in a URL is seen through, however it is written", () => {
  for (const host of [
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
    "①⑥⑨.②⑤④.①⑥⑨.②⑤④",
  ]) {
    expect(refusalOfHost(hostOf(`http://${host}/v1`), true), host).toMatch(/metadata/);
  }
});

test("names that stand for instance metadata are refused before they are resolved", () => {
  for (const host of ["metadata.google.internal", "METADATA.google.internal.", "metadata", "instance-data"]) {
    expect(refusalOfHost(hostOf(`http://${host}/`), true), host).toMatch(/metadata/);
  }
  expect(refusalOfHost("metadata.example.com", true)).toBeNull();
});

test("private addresses are allowed or refused by configuration, public ones never refused", () => {
  for (const host of ["127.0.0.1", "[::1]", "192.168.1.20"]) {
    expect(refusalOfHost(host, true)).toBeNull();
    expect(refusalOfHost(host, false)).toContain("FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS");
  }
  expect(refusalOfHost("8.8.8.8", false)).toBeNull();
  expect(refusalOfHost("api.openai.com", false)).toBeNull();
});
