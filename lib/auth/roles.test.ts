import { expect, test } from "vitest";
import { authorize, can, type Permission, roles } from "@/lib/auth/roles";

const writes: Permission[] = ["keys:write", "chatflows:write", "providers:write", "members:write", "workspace:write"];
const operator = { kind: "operator", workspaceId: "w", userId: "u", name: "Vera" } as const;

test("a viewer reads and changes nothing", () => {
  expect(can("viewer", "keys:read") && can("viewer", "chatflows:read")).toBe(true);
  for (const permission of writes) expect(can("viewer", permission)).toBe(false);
});

test("an editor manages keys and chatflows but neither providers, members nor the workspace; admin and owner do all", () => {
  expect(writes.map((permission) => can("editor", permission))).toEqual([true, true, false, false, false]);
  for (const role of ["admin", "owner"] as const)
    expect(writes.every((permission) => can(role, permission))).toBe(true);
});

test("every role may read", () => {
  for (const role of roles) {
    for (const permission of ["keys:read", "chatflows:read", "providers:read"] as const) {
      expect(can(role, permission)).toBe(true);
    }
  }
});

test("what a role may not do is refused with a sentence that names the role", () => {
  expect(() => authorize({ ...operator, role: "viewer" }, "keys:write")).toThrow(/role \(viewer\)/);
  expect(() => authorize({ ...operator, role: "editor" }, "keys:write")).not.toThrow();
});

test("an API key may do nothing of what an operator may", () => {
  const apiKey = { kind: "api_key", workspaceId: "w", apiKeyId: "k", name: "Website" } as const;
  for (const permission of ["keys:read", "chatflows:read", "providers:read", ...writes] as const)
    expect(() => authorize(apiKey, permission)).toThrow(expect.objectContaining({ code: "forbidden" }));
});

test("Activity has names and addresses of people: a viewer does not read it", () => {
  expect(roles.filter((role) => can(role, "activity:read"))).toEqual(["owner", "admin", "editor"]);
});
