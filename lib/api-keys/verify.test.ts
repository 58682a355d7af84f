import { expect, test } from "vitest";
import { type CallRow, decide } from "@/lib/api-keys/verify";
import { type AppError, toAppError } from "@/lib/errors";
import { publicCredentialId } from "@/lib/ids";

const nothing: CallRow = {
  chatflow_id: null,
  workspace_id: null,
  chatflow_name: null,
  engine: null,
  retention_days: null,
  is_public: null,
  assigned_key_id: null,
  key_id: null,
  key_workspace_id: null,
  secret_id: null,
  digest: null,
  provider_id: null,
  provider_kind: null,
  provider_base_url: null,
  provider_credential: null,
  turns: null,
};
const chatflow = { chatflow_id: "flow", workspace_id: "ours", chatflow_name: "Support", engine: {}, is_public: false };
const closed: CallRow = { ...nothing, ...chatflow };
const open: CallRow = { ...closed, is_public: true };
const assigned: CallRow = { ...closed, assigned_key_id: "key" };
const withKey = { key_id: "key", key_workspace_id: "ours", secret_id: "secret", digest: Buffer.alloc(32) };
const withOtherKey = { ...withKey, key_id: "other" };
const withForeignKey = { ...withKey, key_id: "foreign", key_workspace_id: "theirs" };

function outcome(row: CallRow, hasToken: boolean): AppError["code"] | string {
  try {
    return `granted to ${decide(row, hasToken).credentialId}`;
  } catch (error) {
    return toAppError(error).code;
  }
}

const everybody = `granted to ${publicCredentialId}`;

test.each<[string, CallRow, boolean, string]>([
  ["no chatflow, no token", nothing, false, "not_found"],
  ["no chatflow, unknown token", nothing, true, "invalid_token"],
  ["no chatflow, good token", { ...nothing, ...withKey }, true, "not_found"],
  ["closed, no token", closed, false, "unauthenticated"],
  ["closed, unknown token", closed, true, "invalid_token"],
  ["closed, good token", { ...closed, ...withKey }, true, "chatflow_closed"],
  ["closed, foreign token", { ...closed, ...withForeignKey }, true, "invalid_token"],
  ["key, no token", assigned, false, "unauthenticated"],
  ["key, unknown token", assigned, true, "invalid_token"],
  ["key, its token", { ...assigned, ...withKey }, true, "granted to key"],
  ["key, another key's token", { ...assigned, ...withOtherKey }, true, "insufficient_scope"],
  ["key, foreign token", { ...assigned, ...withForeignKey }, true, "invalid_token"],
  ["public, no token", open, false, everybody],
  ["public, unknown token", open, true, "invalid_token"],
  ["public, good token", { ...open, ...withKey }, true, "granted to key"],
  ["public, foreign token", { ...open, ...withForeignKey }, true, "invalid_token"],
])("%s", (_, row, hasToken, expected) => {
  expect(outcome(row, hasToken)).toBe(expected);
});
