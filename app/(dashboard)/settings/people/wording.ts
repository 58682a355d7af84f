import type { Role } from "@/lib/auth/roles";

export const title = "People";
export const description = "Who signs in to this dashboard, and what they may do.";

/** What a role is for, in the order of what it may do. */
export const roleDescriptions: Record<Role, { label: string; text: string }> = {
  owner: { label: "Owner", text: "May do everything, and is the only one to add, change or remove an owner." },
  admin: { label: "Admin", text: "Also manages providers, people and the workspace’s rules." },
  editor: { label: "Editor", text: "Makes and changes keys and chatflows, and reads conversations." },
  viewer: { label: "Viewer", text: "Sees keys, chatflows and providers, but no conversations. Changes nothing." },
};
