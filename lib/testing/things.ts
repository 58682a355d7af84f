import { issueSecret } from "@/lib/api-keys/secrets";
import type { Role } from "@/lib/auth/roles";
import { type Context, commandLineName } from "@/lib/context";
import type { Database } from "@/lib/db/client";
import { encodeCursor } from "@/lib/db/keyset";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { encryptCredential } from "@/lib/providers/credential";
import { modelListApiKey } from "@/lib/testing/provider-models";

const hour = 3_600_000;

/** Callers choose session ids: in every workspace there is one of this id. */
export const sessionIdOfAll = "user-42";

/**
 * What a workspace holds, as an input would name it. Every name has a word in it that tells the
 * workspace's things from another's.
 * @param at when everything was made
 * @param providerUrl where the workspace's models are
 */
export function newThings(word: string, at: Date, providerUrl: string) {
  const { token, secret } = issueSecret();
  const { digest, lastFour } = secret;
  const eventId = newId();
  return {
    word,
    /** A key that guards the chatflow, with an old token that works for an hour more. */
    ...{ keyId: newId(), keyName: `${word} website`, token, digest, lastFour },
    /** Accepted by the chatflow beside it. */
    furtherKeyId: newId(),
    /** A key that no chatflow accepts, and one that is disabled. */
    ...{ spareKeyId: newId(), disabledKeyId: newId() },
    /** A chatflow that answers from a document, and has answered once. */
    ...{ chatflowId: newId(), chatflowName: `${word} support`, documentId: newId(), documentName: `${word}.md` },
    ...{ turnId: newId(), sessionId: `${word} session` },
    leadId: newId(),
    /** A chatflow that keeps its conversations for a day, and has an older one. */
    forgetfulChatflowId: newId(),
    ...{ providerId: newId(), providerName: `${word} models`, providerUrl },
    ...{ ownerId: newId(), viewerId: newId() },
    /** Of an event that tells of the key. */
    ...{ requestId: `${word.toLowerCase()}-${newId()}`, cursor: encodeCursor([at.toISOString(), eventId]), eventId },
    at,
  };
}

export type Things = ReturnType<typeof newThings>;

/** Puts things into a workspace of their own. Rows, not use cases: hundreds are made. */
export async function furnishWorkspace({ prisma }: Database, of: Things) {
  const { word, at } = of;
  const workspaceId = newId();
  const own = { workspaceId, createdAt: at };
  const userIds: Record<Role, string> = { owner: of.ownerId, admin: newId(), editor: newId(), viewer: of.viewerId };
  const users = Object.entries(userIds).map(([role, id]) => ({ id, role: role as Role, name: `${word} ${role}` }));
  const key = (id: string, name: string) => ({ id, name, nameKey: foldName(name), ...own, createdById: of.ownerId });
  const secret = (apiKeyId: string) => {
    const { digest, lastFour } = issueSecret().secret;
    return { id: newId(), apiKeyId, digest, lastFour, createdAt: at };
  };
  const live = { ...secret(of.keyId), digest: of.digest, lastFour: of.lastFour };
  const others = [of.furtherKeyId, of.spareKeyId, of.disabledKeyId].map(secret);
  const lastFourOf = (id: string) => others.find(({ apiKeyId }) => apiKeyId === id)?.lastFour ?? of.lastFour;
  const chatflow = (id: string, name: string) => ({
    ...{ id, name, nameKey: foldName(name), ...own, updatedAt: at },
    engine: { kind: "knowledge", memoryTurns: 3, maxPassages: 3 },
  });
  const turn = { workspaceId, credentialId: of.keyId, chatId: of.sessionId, sessionId: of.sessionId };
  const answered = { question: `What is ${word}?`, answer: `${word} it is.`, status: "ok", durationMs: 1 };
  const { requestId } = of;
  const provider = (id: string, name: string, encryptionKeys: string[]) => ({
    ...{ id, name, nameKey: foldName(name), ...own, updatedAt: at, createdById: of.ownerId },
    ...{ kind: "openai-compatible", baseUrl: of.providerUrl },
    credential: encryptCredential(modelListApiKey, id, encryptionKeys),
  });

  await prisma.$transaction([
    prisma.workspace.create({ data: { id: workspaceId, slug: `workspace-${workspaceId}`, name: word } }),
    prisma.user.createMany({
      data: users.map(({ id, name }) => ({ id, name, email: `${id}@example.com`, passwordHash: "not a hash" })),
    }),
    prisma.membership.createMany({ data: users.map(({ id, role }) => ({ workspaceId, userId: id, role })) }),
    prisma.apiKey.createMany({
      data: [
        key(of.keyId, of.keyName),
        key(of.furtherKeyId, `${word} partner`),
        key(of.spareKeyId, `${word} spare`),
        { ...key(of.disabledKeyId, `${word} off`), disabledAt: at },
      ].map((row) => ({ ...row, lastFour: lastFourOf(row.id) })),
    }),
    prisma.apiKeySecret.createMany({
      data: [live, { ...secret(of.keyId), expiresAt: new Date(at.getTime() + hour) }, ...others],
    }),
    prisma.chatflow.createMany({
      data: [
        { ...chatflow(of.chatflowId, of.chatflowName), apiKeyId: of.keyId },
        { ...chatflow(of.forgetfulChatflowId, `${word} forgets`), retentionDays: 1 },
      ],
    }),
    prisma.chatflowFurtherKey.create({ data: { ...own, chatflowId: of.chatflowId, apiKeyId: of.furtherKeyId } }),
    prisma.provider.createMany({
      data: [
        provider(of.providerId, of.providerName, env().FLOWLATCH_ENCRYPTION_KEY),
        provider(newId(), `${word} models of old`, ["an-encryption-key-that-nobody-has-any-more"]),
      ],
    }),
    prisma.document.create({
      data: {
        ...{ id: of.documentId, chatflowId: of.chatflowId, name: of.documentName },
        ...{ mediaType: "text/markdown", size: 20, createdAt: at },
      },
    }),
    prisma.passage.create({
      data: {
        ...{ id: newId(), documentId: of.documentId, chatflowId: of.chatflowId },
        ...{ ordinal: 0, heading: word, content: `${word} opens at nine.` },
      },
      select: { id: true },
    }),
    prisma.prediction.createMany({
      data: [
        { ...turn, ...answered, id: of.turnId, chatflowId: of.chatflowId, requestId, createdAt: at },
        {
          ...{ ...turn, ...answered, id: newId(), chatflowId: of.chatflowId, requestId, createdAt: at },
          ...{ chatId: sessionIdOfAll, sessionId: sessionIdOfAll },
        },
        {
          ...{ ...turn, ...answered, id: newId(), chatflowId: of.forgetfulChatflowId, requestId },
          createdAt: new Date(at.getTime() - 48 * hour),
        },
      ],
    }),
    prisma.feedback.create({
      data: {
        ...{ id: newId(), workspaceId, chatflowId: of.chatflowId, predictionId: of.turnId, rating: "THUMBS_UP" },
        ...{ content: `${word} helped.`, createdAt: at, updatedAt: at },
      },
    }),
    prisma.lead.create({
      data: { id: of.leadId, ...own, chatflowId: of.chatflowId, chatId: of.sessionId, name: `${word} visitor` },
    }),
    prisma.usageHour.create({
      data: {
        ...{ workspaceId, chatflowId: of.chatflowId, credentialId: of.keyId },
        ...{ hour: new Date("2026-11-01T00:00:00Z"), predictions: 1, errors: 0 },
      },
    }),
    prisma.auditEvent.create({
      data: {
        ...{
          id: of.eventId,
          workspaceId,
          at,
          requestId,
          address: "203.0.113.9",
          detail: {},
          action: "api_key.created",
        },
        ...{ actorKind: "operator", actorId: of.ownerId, actorName: `${word} owner`, targetKind: "api_key" },
        ...{ targetId: of.keyId, targetName: of.keyName, targetNameKey: foldName(of.keyName) },
      },
    }),
    prisma.refusedCall.create({
      data: {
        ...{ id: newId(), workspaceId, at, reason: "limit_reached", address: "203.0.113.9", lastFour: of.lastFour },
        ...{ apiKeyId: of.keyId, apiKeyName: of.keyName, chatflowId: of.chatflowId, chatflowName: of.chatflowName },
        requestId,
      },
    }),
    prisma.sharedToken.create({
      data: {
        ...{ id: newId(), ...own, apiKeyId: of.keyId, ciphertext: new Uint8Array(81), createdById: of.ownerId },
        expiresAt: new Date(at.getTime() + hour),
      },
    }),
  ]);
  return { workspaceId, userIds, word };
}

export type FurnishedWorkspace = Awaited<ReturnType<typeof furnishWorkspace>>;

/** A context as whoever this is has it in a furnished workspace. */
export function contextIn(
  db: Database,
  { workspaceId, userIds, word }: FurnishedWorkspace,
  who: Role | "system",
): Context {
  const actor =
    who === "system"
      ? ({ kind: "system", workspaceId, name: commandLineName } as const)
      : ({ kind: "operator", workspaceId, userId: userIds[who], name: `${word} ${who}`, role: who } as const);
  return { db, actor, now: new Date(), requestId: newId(), address: "198.51.100.7" };
}
