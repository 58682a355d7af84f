import { expect, test } from "vitest";
import { sharingSchema } from "@/lib/sharing/schema";
import { draftOf, isSame, sharingOf } from "./sharing-draft";

const saved = sharingSchema.parse({
  title: "Ask us",
  allowedOrigins: ["https://a.example", "https://b.example"],
  starterPrompts: ["One?", "Two?"],
  leads: { enabled: true, phone: true },
});

test("what was saved comes back as it was, and lines that say nothing are no change", () => {
  expect(sharingSchema.parse(sharingOf(draftOf(saved)))).toEqual(saved);
  const draft = draftOf(saved);
  expect(isSame(draft, { ...draft, starterPrompts: "\nOne?  \n\nTwo?\n" })).toBe(true);
  expect(isSame(draft, { ...draft, starterPrompts: "Two?\nOne?" })).toBe(false);
  expect(isSame(draft, { ...draft, leads: { ...draft.leads, phone: false } })).toBe(false);
});

test("without a limit there is none, and a limit left empty is refused beside its field", () => {
  const draft = draftOf(saved);
  expect(sharingOf({ ...draft, isLimited: false }).perAddressPerMinute).toBeNull();
  const { error } = sharingSchema.safeParse(sharingOf({ ...draft, perAddressPerMinute: "" }));
  expect(error?.issues.map(({ path }) => path)).toEqual([["perAddressPerMinute"]]);
});
