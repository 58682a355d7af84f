import { generateKeyPairSync, sign } from "node:crypto";

/** A DER value (ITU-T X.690): tag, length, content. */
function der(tag: number, ...content: (Uint8Array | string)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part as Uint8Array)));
  const { length } = bytes;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}

const sequence = (...content: Buffer[]) => der(0x30, ...content);
/** 1.2.840.10045.4.3.2, and 2.5.4.3. */
const ecdsaWithSha256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"));
const commonName = Buffer.from("0603550403", "hex");

/** A certificate that nobody has signed but itself (RFC 5280), and its key, in PEM: as a server has that is not to be trusted. */
export function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, "127.0.0.1"))));
  const validity = sequence(der(0x17, "200101000000Z"), der(0x17, "490101000000Z"));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const version3 = der(0xa0, der(0x02, Buffer.of(2)));
  const toBeSigned = sequence(version3, der(0x02, Buffer.of(1)), ecdsaWithSha256, name, validity, name, spki);
  const signature = der(0x03, Buffer.of(0), sign("sha256", toBeSigned, privateKey));
  const certificate = sequence(toBeSigned, ecdsaWithSha256, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}
