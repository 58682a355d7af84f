import { countAttention } from "@/lib/api-keys/attention";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { getApiKey } from "@/lib/api-keys/detail";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { findApiKey } from "@/lib/api-keys/find";
import { listApiKeys } from "@/lib/api-keys/list";
import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { listRecentCalls } from "@/lib/api-keys/recent-calls";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { disableApiKey, disableApiKeys, enableApiKey, enableApiKeys } from "@/lib/api-keys/switching";
import { newId } from "@/lib/ids";
import { planImport, runImport } from "@/lib/import/service";
import { shareToken } from "@/lib/shares/service";
import { flowiseApiKey } from "@/lib/testing/flowise-data";
import { changes, editors, everybody, lists, reads, type UseCase } from "@/lib/testing/use-cases/use-case";

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
const newName = () => `New ${newId()}`;

/** A file with one key. Which Flowise server is asked, and by whom, is told in lib/import/service.db.test.ts. */
const keyFile = (name: string) => {
  const { id, apiKey: token } = flowiseApiKey(name);
  return { kind: "file" as const, data: { keys: [{ id, name, token }], flows: [] } };
};

export const useCasesOfKeys = {
  listApiKeys: reads(everybody, listApiKeys, () => ({ sort: "name" as const })),
  "listApiKeys by name": lists(everybody, listApiKeys, ({ keyName }) => ({ search: keyName })),
  "listApiKeys by token": lists(everybody, listApiKeys, ({ lastFour }) => ({ search: lastFour })),
  "listApiKeys from a place on": lists(everybody, listApiKeys, ({ cursor }) => ({ after: cursor })),
  "listApiKeys that need attention": reads(everybody, listApiKeys, () => ({ attention: "never-expires" as const })),
  countAttention: reads(everybody, countAttention, () => undefined),
  getApiKey: reads(everybody, getApiKey, ({ keyId }) => keyId),
  findApiKey: reads(everybody, findApiKey, ({ keyId }) => keyId),
  "findApiKey by name": reads(everybody, findApiKey, ({ keyName }) => keyName),
  searchApiKeyOptions: lists(everybody, searchApiKeyOptions, ({ word }) => ({ search: word })),
  "searchApiKeyOptions for a chatflow": lists(everybody, searchApiKeyOptions, ({ chatflowId }) => ({
    notAcceptedBy: chatflowId,
  })),
  listRecentCalls: lists(everybody, listRecentCalls, ({ keyId }) => keyId),

  planImport: reads(editors, planImport, () => ({ source: keyFile("Planned") })),
  runImport: changes(editors, runImport, () => ({ source: keyFile(newName()), choices: {} })),

  createApiKey: changes(editors, createApiKey, () => ({ name: newName() })),
  "createApiKey for a chatflow": changes(editors, createApiKey, ({ chatflowId }) => ({ name: newName(), chatflowId })),
  "createApiKey beside a chatflow's": changes(editors, createApiKey, ({ chatflowId }) => ({
    name: newName(),
    chatflowId,
    isFurtherKey: true,
  })),
  renameApiKey: changes(editors, renameApiKey, ({ keyId }) => ({ id: keyId, name: newName() })),
  regenerateApiKey: changes(editors, regenerateApiKey, ({ keyId }) => ({ id: keyId, oldTokenStops: inHours(1) })),
  stopOldToken: changes(editors, stopOldToken, ({ keyId }) => ({ id: keyId })),
  setApiKeyExpiry: changes(editors, setApiKeyExpiry, ({ keyId }) => ({ id: keyId, expiresAt: inHours(24) })),
  setApiKeyLimits: changes(editors, setApiKeyLimits, ({ keyId }) => ({
    id: keyId,
    limits: [{ kind: "rate" as const, per: "minute" as const, max: 60 }],
  })),
  setAllowedAddresses: changes(editors, setAllowedAddresses, ({ keyId }) => ({
    id: keyId,
    allowedAddresses: ["192.0.2.0/24"],
  })),
  disableApiKey: changes(editors, disableApiKey, ({ keyId }) => ({ id: keyId })),
  enableApiKey: changes(editors, enableApiKey, ({ disabledKeyId }) => ({ id: disabledKeyId })),
  disableApiKeys: changes(editors, disableApiKeys, ({ keyId, spareKeyId }) => ({ ids: [keyId, spareKeyId] })),
  enableApiKeys: changes(editors, enableApiKeys, ({ keyId, disabledKeyId }) => ({ ids: [keyId, disabledKeyId] })),
  deleteApiKey: changes(
    editors,
    deleteApiKey,
    ({ keyId, keyName }) => ({ id: keyId, confirmName: keyName }),
    "not_found",
    "invalid_input",
  ),
  deleteApiKeys: changes(editors, deleteApiKeys, ({ keyId, spareKeyId }) => ({
    ids: [keyId, spareKeyId],
    confirmCount: 2,
  })),
  shareToken: changes(
    editors,
    shareToken,
    ({ keyId, lastFour }) => ({ id: newId(), apiKeyId: keyId, lastFour, ciphertext: "A".repeat(108) }),
    "not_found",
    "conflict",
  ),
} satisfies Record<string, UseCase>;
