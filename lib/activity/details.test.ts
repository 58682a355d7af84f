import { expect, test } from "vitest";
import { detailLines } from "@/lib/activity/details";

test("what changed is told field by field, and what stayed is not", () => {
  const detail = {
    before: { name: "Website", lastFour: "aaaa", limits: [], isPublic: false, disabledAt: null },
    after: {
      name: "Shop",
      lastFour: "aaaa",
      limits: [{ kind: "rate", per: "minute", max: 60 }],
      isPublic: true,
      disabledAt: "2026-11-26T00:56:57.672Z",
    },
  };
  expect(detailLines({ detail })).toEqual([
    { label: "Name", before: "Website", after: "Shop", isChange: true },
    { label: "Limits", before: null, after: "60 calls per minute", isChange: true },
    { label: "Is public", before: "no", after: "yes", isChange: true },
    { label: "Disabled at", before: null, after: "26 November 2026 at 00:56 UTC", isChange: true },
  ]);
});

test("what an event only mentions is told by name, and an unknown field is spelt out", () => {
  const detail = {
    closedChatflows: [
      { id: "1", name: "Support" },
      { id: "2", name: "Sales" },
    ],
    oldTokenStops: null,
    odd_field: 3,
  };
  expect(detailLines({ detail })).toEqual([
    { label: "Closed chatflows", before: null, after: "Support, Sales", isChange: false },
    { label: "Odd field", before: null, after: "3", isChange: false },
  ]);
  for (const nothing of [{}, null, "text", []]) expect(detailLines({ detail: nothing })).toEqual([]);
});
