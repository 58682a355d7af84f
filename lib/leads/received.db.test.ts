import { expect, test } from "vitest";
import { writeExport } from "@/lib/export/formats";
import { newId } from "@/lib/ids";
import { leadExport } from "@/lib/leads/formats";
import { deleteLead, exportLeads, leadsPerPage, listLeads } from "@/lib/leads/received";
import { recordTurns } from "@/lib/testing/conversations";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

async function withLeads(leads: { name?: string; email?: string; phone?: string; chatId?: string }[]) {
  const ctx = await operatorContext(db, "editor");
  const chatflowId = await createKnowledgeChatflow(ctx);
  const { workspaceId } = ctx.actor;
  const rows = leads.map((lead, n) => ({
    ...{ id: newId(), workspaceId, chatflowId, chatId: `chat-${n}`, createdAt: new Date(Date.UTC(2026, 0, 1, 0, n)) },
    ...lead,
  }));
  await db.prisma.lead.createMany({ data: rows });
  return { ctx, chatflowId, rows };
}

test("leads are listed newest first, a page at a time, and searched by any part of what was told", async () => {
  const many = Array.from({ length: leadsPerPage }, (_, n) => ({ email: `visitor${n}@example.com` }));
  const { ctx, chatflowId } = await withLeads([{ name: "Olga 100%", phone: "+44 20 7946" }, ...many]);
  const first = await listLeads(ctx, { chatflowId });
  expect(first.items[0]).toMatchObject({ email: `visitor${leadsPerPage - 1}@example.com`, name: null, turnId: null });
  const second = await listLeads(ctx, { chatflowId, after: first.next ?? "" });
  expect(second.items).toMatchObject([{ name: "Olga 100%" }]);
  for (const search of ["olga", "0%", "7946"]) {
    expect((await listLeads(ctx, { chatflowId, search })).items).toMatchObject([{ name: "Olga 100%" }]);
  }
  expect((await listLeads(ctx, { chatflowId, search: "%visitor" })).items).toEqual([]);
});

test("a lead leads to the conversation it had, and not to one of the same id elsewhere", async () => {
  const { ctx, chatflowId } = await withLeads([{ name: "Olga", chatId: "c1" }]);
  const elsewhere = await createKnowledgeChatflow(ctx, "Elsewhere");
  await recordTurns(ctx, elsewhere, [{ sessionId: "c1", question: "There" }]);
  expect((await listLeads(ctx, { chatflowId })).items).toMatchObject([{ turnId: null }]);
  await recordTurns(ctx, chatflowId, [{ sessionId: "c1", question: "Here" }]);
  const turn = await db.prisma.prediction.findFirst({ where: { chatflowId } });
  expect((await listLeads(ctx, { chatflowId })).items).toMatchObject([{ turnId: turn?.id }]);
});

test("deleting a lead is on record without who it was, and a second time is told", async () => {
  const { ctx, chatflowId, rows } = await withLeads([{ name: "Olga" }, { name: "Boris" }]);
  const leadId = rows[0]?.id ?? "";
  await deleteLead(ctx, { chatflowId, leadId });
  expect((await listLeads(ctx, { chatflowId })).items).toMatchObject([{ name: "Boris" }]);
  await expect(deleteLead(ctx, { chatflowId, leadId })).rejects.toMatchObject({ code: "not_found" });
  const event = await db.prisma.auditEvent.findFirst({ where: { action: "lead.deleted", targetId: chatflowId } });
  expect(event?.detail).toEqual({ leadId });
});

test("an export holds each lead once, over many batches, and a name is no formula in it", async () => {
  const { ctx, chatflowId } = await withLeads([
    { name: "@Olga" },
    ...Array.from({ length: 600 }, () => ({ phone: "1" })),
  ]);
  const parts = writeExport("csv", leadExport, await exportLeads(ctx, { chatflowId }));
  const [head, ...lines] = (await Array.fromAsync(parts)).join("").trimEnd().split("\r\n");
  expect(head).toBe("time,name,email,phone,chat_id,id");
  expect(new Set(lines).size).toBe(601);
  expect(lines.at(-1)).toContain(",'@Olga,,,chat-0,");
});
