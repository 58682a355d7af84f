import type { Actor } from "@/lib/context";
import { AppError } from "@/lib/errors";

export const roles = ["owner", "admin", "editor", "viewer"] as const;
export type Role = (typeof roles)[number];

const viewer = ["keys:read", "chatflows:read", "providers:read", "members:read"] as const;
/** What people asked and were answered is personal: reading it is more than looking at settings. */
const conversations = ["sessions:read", "sessions:write"] as const;
/** Who changed what, and who called in vain: names and addresses of people. */
const activity = ["activity:read"] as const;
const editor = [...viewer, "keys:write", "chatflows:write", ...conversations, ...activity] as const;
const admin = [...editor, "providers:write", "members:write", "workspace:write"] as const;

const permissionsByRole = {
  viewer,
  editor,
  admin,
  owner: admin,
} as const satisfies Record<Role, readonly string[]>;

export type Permission = (typeof permissionsByRole)[Role][number];

/** Whether a role may do something. Safe in the browser: pages use it to leave out what would be refused. */
export function can(role: Role, permission: Permission): boolean {
  return (permissionsByRole[role] as readonly Permission[]).includes(permission);
}

/**
 * The first line of every use case.
 * @throws AppError `forbidden` when the actor's role does not carry the permission; an API key has none
 */
export function authorize(actor: Actor, permission: Permission): void {
  if (actor.kind === "system") return;
  if (actor.kind === "api_key") throw new AppError("forbidden", "An API key does not open the dashboard.");
  if (can(actor.role, permission)) return;
  const isReading = permission.endsWith(":read");
  const message = isReading ? "may not look at this." : "may look at this but not change it.";
  throw new AppError("forbidden", `Your role (${actor.role}) ${message}`);
}
