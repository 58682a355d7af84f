import fc from "fast-check";

/** Texts that have broken somebody's server. */
const known = [
  ...[
    "",
    " ",
    "\0",
    "%00",
    "\r\nSet-Cookie: a=b",
    "\n{}",
    "../../../../etc/passwd",
    "..\\..\\",
    "%2e%2e%2f",
    "%",
    "%ff%fe",
  ],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "$where", "$ne", "then"],
  ...["' OR 1=1 --", '"; DROP TABLE api_key; --', "\\", "%_", "\u202e", "\ufeff", "\ud800", "\u0000\uffff", "İ", "ß"],
  ...["<img src=x onerror=alert(1)>", "\u0024{7*7}", "{{7*7}}", "=cmd|' /C calc'!A0", "javascript:alert(1)"],
  ...["null", "undefined", "NaN", "-0", "1e999", "-1", "9007199254740993", "9".repeat(400), "0x7fffffff", "true", "[]"],
  ...[
    "00000000-0000-0000-0000-000000000000",
    "A".repeat(5_000),
    "😀".repeat(300),
    "e\u0301".repeat(500),
    "a,".repeat(900),
  ],
  ...["Bearer", "Bearer ", "Basic Og==", "flk_", `flk_${"a".repeat(49)}`, "$ACTION_ID_0", "$undefined", "$F1", "$K1"],
];

/** Such a text, or any other at all. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...known) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
);
