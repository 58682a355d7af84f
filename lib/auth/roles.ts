import type { Actor } from "@/lib/context";
import { AppError } from "@/lib/errors";

export const roles = ["owner", "admin", "editor", "viewer"] as const;
export type Role = (typeof roles)[number];

const permissionsByRole = {
  viewer: ["keys:read", "chatflows:read"],
  editor: ["keys:read", "chatflows:read", "keys:write", "chatflows:write"],
  admin: ["keys:read", "chatflows:read", "keys:write", "chatflows:write", "members:write"],
  owner: ["keys:read", "chatflows:read", "keys:write", "chatflows:write", "members:write"],
} as const satisfies Record<Role, readonly string[]>;

export type Permission = (typeof permissionsByRole)[Role][number];

/** Whether a role may do something. Safe in the browser: pages use it to leave out what would be refused. */
export function can(role: Role, permission: Permission): boolean {
  return (permissionsByRole[role] as readonly Permission[]).includes(permission);
}

/**
 * The first line of every use case.
 * @throws AppError `forbidden` when the actor's role does not carry the permission
 */
export function authorize(actor: Actor, permission: Permission): void {
  if (actor.kind === "system" || can(actor.role, permission)) return;
  throw new AppError("forbidden", `Your role (${actor.role}) may look at this but not change it.`);
}
