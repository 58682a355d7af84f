import { exportActivity } from "@/lib/activity/export";
import { listActivity } from "@/lib/activity/list";
import { changeUserRole, listUsers, makePasswordLink, removeUser } from "@/lib/auth/manage-users";
import { createUser, inviteUser, signOutEverywhere } from "@/lib/auth/users";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { findProvider, listProviders } from "@/lib/providers/list";
import { listProviderOptions } from "@/lib/providers/options";
import { renewCredentials } from "@/lib/providers/renew";
import { createProvider, deleteProvider, updateProvider } from "@/lib/providers/service";
import { listFlows, listModels, testConnection } from "@/lib/providers/test-connection";
import { listRefusedCalls, recentRefusals } from "@/lib/refused-calls/list";
import { admins, changes, editors, everybody, lists, reads, type UseCase } from "@/lib/testing/use-cases/use-case";
import { getMaxKeyLifetime, setMaxKeyLifetime } from "@/lib/workspaces/service";

const newName = () => `New ${newId()}`;
const kind = "openai-compatible" as const;
/** Nothing listens there: only an input that names a saved provider is called. */
const baseUrl = "http://127.0.0.1:9/v1";

const exported = async (ctx: Context, input: Parameters<typeof exportActivity>[1]) =>
  await Array.fromAsync(exportActivity(ctx, input));

export const useCasesOfWorkspaces = {
  listProviders: reads(everybody, listProviders, () => undefined),
  listProviderOptions: reads(everybody, listProviderOptions, () => undefined),
  findProvider: reads(everybody, findProvider, ({ providerId }) => providerId),
  "findProvider by name": reads(everybody, findProvider, ({ providerName }) => providerName),
  listModels: reads(editors, listModels, ({ providerId }) => providerId),
  listFlows: reads(editors, listFlows, ({ providerId }) => providerId),
  testConnection: reads(admins, testConnection, ({ providerId: id, providerUrl }) => ({
    id,
    kind,
    baseUrl: providerUrl,
  })),
  createProvider: changes(admins, createProvider, () => ({ name: newName(), kind, baseUrl, skipTest: true })),
  updateProvider: changes(admins, updateProvider, ({ providerId }) => ({
    ...{ id: providerId, version: 1, name: newName(), baseUrl, apiKey: "another", skipTest: true },
  })),
  deleteProvider: changes(admins, deleteProvider, ({ providerId }) => ({ id: providerId })),
  // What an older encryption key sealed nobody can open here, so it stays as it is.
  renewCredentials: reads(admins, renewCredentials, () => undefined),

  listActivity: reads(editors, listActivity, () => ({})),
  "listActivity of a key": lists(editors, listActivity, ({ keyId }) => ({ targetId: keyId })),
  "listActivity of a person": lists(editors, listActivity, ({ ownerId }) => ({ actor: ownerId })),
  "listActivity by name": lists(editors, listActivity, ({ keyName }) => ({ search: keyName })),
  "listActivity by request": lists(editors, listActivity, ({ requestId }) => ({ search: requestId })),
  "listActivity from a place on": lists(editors, listActivity, ({ cursor }) => ({ after: cursor })),
  exportActivity: reads(editors, exported, () => ({})),
  "exportActivity of a key": lists(editors, exported, ({ keyId }) => ({ targetId: keyId })),
  listRefusedCalls: reads(editors, listRefusedCalls, () => ({})),
  "listRefusedCalls of a key": lists(editors, listRefusedCalls, ({ keyId }) => ({ apiKeyId: keyId })),
  "listRefusedCalls of a chatflow": lists(editors, listRefusedCalls, ({ chatflowId }) => ({ chatflowId })),
  "listRefusedCalls by name": lists(editors, listRefusedCalls, ({ keyName }) => ({ search: keyName })),
  "listRefusedCalls by request": lists(editors, listRefusedCalls, ({ requestId }) => ({ search: requestId })),
  recentRefusals: lists(editors, recentRefusals, ({ keyId }) => ({ apiKeyId: keyId })),

  getMaxKeyLifetime: reads(
    everybody,
    (ctx) => getMaxKeyLifetime(ctx),
    () => undefined,
  ),
  setMaxKeyLifetime: changes(admins, setMaxKeyLifetime, () => ({ days: 90 })),
  createUser: changes(admins, createUser, () => ({
    name: "Nadia New",
    email: `${newId()}@example.com`,
    password: "correct horse battery staple",
  })),
  listUsers: reads(everybody, listUsers, () => undefined),
  inviteUser: changes(admins, inviteUser, () => ({
    name: "Nadia New",
    email: `${newId()}@example.com`,
    role: "editor" as const,
  })),
  changeUserRole: changes(admins, changeUserRole, ({ viewerId: id }) => ({ id, role: "editor" as const })),
  makePasswordLink: changes(admins, makePasswordLink, ({ viewerId: id }) => ({ id })),
  removeUser: changes(admins, removeUser, ({ viewerId: id }) => ({ id })),
  // Their own sessions, so whatever their role.
  signOutEverywhere: changes(everybody, signOutEverywhere, () => undefined),
} satisfies Record<string, UseCase>;
