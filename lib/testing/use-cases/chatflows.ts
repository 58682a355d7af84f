import { setChatflowAccess } from "@/lib/chatflows/access";
import { deleteChatflow } from "@/lib/chatflows/delete";
import { addDocuments, addPreparedDocuments, removeDocument, uploadDocument } from "@/lib/chatflows/documents";
import { findChatflow } from "@/lib/chatflows/find";
import { addFurtherKey, removeFurtherKey } from "@/lib/chatflows/further-keys";
import { type PreviewInput, previewChatflow } from "@/lib/chatflows/preview";
import { getChatflow, listChatflows } from "@/lib/chatflows/read";
import { seedGuideChatflow } from "@/lib/chatflows/seed";
import { createChatflow, updateChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { prepareTexts } from "@/lib/documents/prepare";
import { previewPassages } from "@/lib/documents/preview";
import type { EngineConfigInput } from "@/lib/engines/config";
import { exportFeedback, listFeedback } from "@/lib/feedback/received";
import { newId } from "@/lib/ids";
import { deleteLead, exportLeads, listLeads } from "@/lib/leads/received";
import { deleteSession, deleteTurn } from "@/lib/sessions/delete";
import { forgetSessionId } from "@/lib/sessions/forget";
import { listSessions } from "@/lib/sessions/list";
import { getConversation } from "@/lib/sessions/read";
import { getRetention, pruneSessions, setRetention } from "@/lib/sessions/retention";
import { getSharing, setSharing } from "@/lib/sharing/service";
import { sessionIdOfAll } from "@/lib/testing/things";
import { changes, editors, everybody, lists, reads, type UseCase } from "@/lib/testing/use-cases/use-case";

const newName = () => `New ${newId()}`;
const text = "The bicycles are blue.";
const knowledge: EngineConfigInput = { kind: "knowledge" };
const model = (providerId: string): EngineConfigInput => ({ kind: "model", providerId, model: "test-small" });

const preview = async (ctx: Context, input: PreviewInput) =>
  await Array.fromAsync(await previewChatflow(ctx, { ...input, signal: new AbortController().signal }));
const addPrepared = (ctx: Context, chatflowId: string) =>
  addPreparedDocuments(ctx, chatflowId, prepareTexts([{ name: "more.md", text }]));
const question = "When does it open?";

export const useCasesOfChatflows = {
  listChatflows: reads(everybody, listChatflows, () => ({})),
  "listChatflows by name": lists(everybody, listChatflows, ({ chatflowName }) => ({ search: chatflowName })),
  "listChatflows from a place on": lists(everybody, listChatflows, ({ cursor }) => ({ after: cursor })),
  getChatflow: reads(everybody, getChatflow, ({ chatflowId }) => chatflowId),
  findChatflow: reads(everybody, findChatflow, ({ chatflowId }) => chatflowId),
  "findChatflow by name": reads(everybody, findChatflow, ({ chatflowName }) => chatflowName),
  previewChatflow: reads(everybody, preview, ({ chatflowId }) => ({ chatflowId, question })),
  "previewChatflow of a draft": reads(
    editors,
    preview,
    ({ chatflowId, providerId }) => ({ chatflowId, question, engine: model(providerId) }),
    "not_found",
    "invalid_input",
  ),
  previewPassages: reads(everybody, previewPassages, ({ chatflowId, documentId }) => ({ chatflowId, documentId })),

  createChatflow: changes(editors, createChatflow, () => ({ name: newName(), engine: knowledge })),
  "createChatflow on a provider": changes(
    editors,
    createChatflow,
    ({ providerId }) => ({ name: newName(), engine: model(providerId) }),
    "invalid_input",
  ),
  seedGuideChatflow: changes(
    editors,
    (ctx) => seedGuideChatflow(ctx),
    () => undefined,
  ),
  updateChatflow: changes(
    editors,
    updateChatflow,
    ({ chatflowId, providerId }) => ({ id: chatflowId, version: 1, name: newName(), engine: model(providerId) }),
    "not_found",
    "invalid_input",
  ),
  deleteChatflow: changes(
    editors,
    deleteChatflow,
    ({ chatflowId, chatflowName }) => ({ id: chatflowId, confirmName: chatflowName }),
    "not_found",
    "invalid_input",
  ),
  setChatflowAccess: changes(editors, setChatflowAccess, ({ chatflowId, spareKeyId }) => ({
    id: chatflowId,
    access: { kind: "key" as const, apiKeyId: spareKeyId },
  })),
  "setChatflowAccess to public": changes(editors, setChatflowAccess, ({ chatflowId }) => ({
    id: chatflowId,
    access: { kind: "public" as const },
  })),
  getSharing: reads(everybody, getSharing, ({ chatflowId }) => chatflowId),
  setSharing: changes(editors, setSharing, ({ chatflowId }) => ({
    chatflowId,
    version: 1,
    sharing: { title: "Ask us" },
  })),
  addFurtherKey: changes(editors, addFurtherKey, ({ chatflowId, spareKeyId }) => ({
    id: chatflowId,
    apiKeyId: spareKeyId,
  })),
  removeFurtherKey: changes(editors, removeFurtherKey, ({ chatflowId, furtherKeyId }) => ({
    id: chatflowId,
    apiKeyId: furtherKeyId,
  })),
  addDocuments: changes(editors, addDocuments, ({ chatflowId }) => ({
    chatflowId,
    documents: [{ name: "more.md", text }],
  })),
  addPreparedDocuments: changes(editors, addPrepared, ({ chatflowId }) => chatflowId),
  uploadDocument: changes(editors, uploadDocument, ({ chatflowId }) => ({
    chatflowId,
    name: "upload.md",
    bytes: Buffer.from(text),
  })),
  "uploadDocument in another's place": changes(editors, uploadDocument, ({ chatflowId, documentId }) => ({
    chatflowId,
    documentId,
    name: "upload.md",
    bytes: Buffer.from(text),
  })),
  removeDocument: changes(editors, removeDocument, ({ chatflowId, documentId }) => ({ chatflowId, documentId })),

  listSessions: reads(editors, listSessions, ({ chatflowId }) => ({ chatflowId })),
  "listSessions by id": lists(
    editors,
    listSessions,
    ({ chatflowId, sessionId }) => ({ chatflowId, search: sessionId }),
    "nothing",
    "not_found",
  ),
  getConversation: reads(editors, getConversation, ({ chatflowId, turnId }) => ({ chatflowId, turnId })),
  deleteSession: changes(editors, deleteSession, ({ chatflowId, turnId }) => ({ chatflowId, turnId })),
  deleteTurn: changes(editors, deleteTurn, ({ chatflowId, turnId }) => ({ chatflowId, turnId })),
  forgetSessionId: changes(editors, forgetSessionId, ({ sessionId }) => ({ chatflowId: null, sessionId })),
  "forgetSessionId in one chatflow": changes(editors, forgetSessionId, ({ chatflowId, sessionId }) => ({
    chatflowId,
    sessionId,
  })),
  "forgetSessionId that others have too": changes(editors, forgetSessionId, () => ({
    chatflowId: null,
    sessionId: sessionIdOfAll,
  })),
  listFeedback: reads(editors, listFeedback, ({ chatflowId }) => ({ chatflowId })),
  exportFeedback: reads(
    editors,
    async (ctx: Context, input: { chatflowId: string }) => await Array.fromAsync(await exportFeedback(ctx, input)),
    ({ chatflowId }) => ({ chatflowId }),
  ),
  listLeads: reads(editors, listLeads, ({ chatflowId }) => ({ chatflowId })),
  exportLeads: reads(
    editors,
    async (ctx: Context, input: { chatflowId: string }) => await Array.fromAsync(await exportLeads(ctx, input)),
    ({ chatflowId }) => ({ chatflowId }),
  ),
  deleteLead: changes(editors, deleteLead, ({ chatflowId, leadId }) => ({ chatflowId, leadId })),
  getRetention: reads(editors, getRetention, ({ chatflowId }) => chatflowId),
  setRetention: changes(editors, setRetention, ({ chatflowId }) => ({ chatflowId, days: 30 })),
  pruneSessions: changes(editors, pruneSessions, () => undefined),
} satisfies Record<string, UseCase>;
