import type { ActivityEvent } from "@/lib/activity/schema";

/** Safe in the browser: what changes are called, in the order that a filter offers them. */
const words: Record<string, string> = {
  "api_key.created": "Created",
  "api_key.imported": "Imported from Flowise",
  "api_key.renamed": "Renamed",
  "api_key.regenerated": "Regenerated",
  "api_key.old_token_stopped": "Old token stopped",
  "api_key.token_revoked": "Token reported as found",
  "api_key.token_shared": "Shared once",
  "api_key.shared_token_opened": "Shared token opened",
  "api_key.expiry_changed": "Expiry changed",
  "api_key.limits_changed": "Limits changed",
  "api_key.addresses_changed": "Addresses changed",
  "api_key.disabled": "Disabled",
  "api_key.enabled": "Enabled",
  "api_key.deleted": "Deleted",
  "chatflow.created": "Created",
  "chatflow.updated": "Settings changed",
  "chatflow.assigned": "Key assigned",
  "chatflow.opened": "Made public",
  "chatflow.closed": "Closed",
  "chatflow.key_added": "Further key added",
  "chatflow.key_removed": "Further key removed",
  "chatflow.retention_changed": "Retention changed",
  "chatflow.sharing_changed": "Sharing changed",
  "chatflow.history_deleted": "History deleted",
  "chatflow.deleted": "Deleted",
  "document.added": "Document added",
  "document.replaced": "Document replaced",
  "document.removed": "Document removed",
  "session.deleted": "Conversation deleted",
  "session.turn_deleted": "Turn deleted",
  "session.forgotten": "Session forgotten",
  "session.expired": "Old turns deleted",
  "lead.deleted": "Lead deleted",
  "provider.created": "Created",
  "provider.updated": "Changed",
  "provider.reencrypted": "Encrypted with the newest key",
  "provider.deleted": "Deleted",
  "user.created": "Added",
  "user.role_changed": "Role changed",
  "user.password_link_made": "Password link made",
  "user.password_set": "Password chosen",
  "user.removed": "Removed",
  "user.signed_out_everywhere": "Signed out everywhere",
  "workspace.max_key_lifetime_changed": "Longest key lifetime changed",
};

const labels: Record<string, string> = { document: "Documents", session: "Conversations", lead: "Leads" };
const kinds: Record<string, string> = {
  api_key: "Keys",
  chatflow: "Chatflows",
  provider: "Providers",
  user: "People",
  workspace: "Workspace",
};

/** What a list of changes can be filtered by: all changes of a kind of thing, and each by itself. */
export const actionOptions = [
  ...Object.entries(kinds).map(([value, label]) => ({ value, label: `${label}: any change` })),
  ...Object.entries(words).map(([value, label]) => {
    const [kind = ""] = value.split(".");
    return { value, label: `${kinds[kind] ?? labels[kind] ?? kind}: ${label.toLowerCase()}` };
  }),
];

/** What was done, in a few words. An action that has none yet is spelt out: "api_key.some_thing" is "Some thing". */
export function sayAction(action: string): string {
  const known = words[action];
  if (known) return known;
  const spelt = (action.split(".").at(-1) ?? action).replaceAll("_", " ");
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}

/** Who did it. */
export function sayActor({ kind, name }: ActivityEvent["actor"]): string {
  if (kind === "command_line") return "Command line";
  if (kind === "flowlatch") return "Flowlatch";
  return kind === "api_key" ? `Holder of “${name}”` : name;
}
