import { describe, expect, test } from "vitest";
import { getChatflow, listChatflows } from "@/lib/chatflows/read";
import { createChatflow, updateChatflow } from "@/lib/chatflows/service";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext, systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const engine = { kind: "knowledge" } as const;
const actions = async () =>
  (await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } })).map(({ action }) => action);

describe("creating", () => {
  test("a chatflow makes it closed, with the engine's defaults, and is on record", async () => {
    const ctx = await operatorContext(db, "editor");
    const { id } = await createChatflow(ctx, { name: "  Support ", engine });
    expect(await getChatflow(ctx, id)).toMatchObject({
      name: "Support",
      access: "closed",
      apiKey: null,
      engine: { kind: "knowledge", memoryTurns: 3, maxPassages: 3 },
      version: 1,
      documents: [],
    });
    expect(await actions()).toEqual(["chatflow.created"]);
  });

  test("refuses a name that differs by case alone, in its own workspace only", async () => {
    const ctx = await operatorContext(db);
    await createChatflow(ctx, { name: "Support", engine });
    await expect(createChatflow(ctx, { name: "ＳUPPORT", engine })).rejects.toMatchObject({
      code: "name_taken",
      field: "name",
    });
    await expect(createChatflow(await operatorContext(db), { name: "Support", engine })).resolves.toBeTruthy();
  });

  test.each([
    [{ name: " ", engine }, "name"],
    [{ name: "x".repeat(65), engine }, "name"],
    [{ name: "Support", engine: { kind: "magic" } }, "engine.kind"],
    [{ name: "Support", engine: { kind: "knowledge", memoryTurns: 21 } }, "engine.memoryTurns"],
    [{ name: "Support", engine: { kind: "knowledge", maxPassages: 0 } }, "engine.maxPassages"],
    [{ name: "Support", engine: { kind: "knowledge", maxPassages: 1.5 } }, "engine.maxPassages"],
  ])("refuses %j and names the field", async (input, field) => {
    const ctx = await operatorContext(db);
    await expect(createChatflow(ctx, input as never)).rejects.toMatchObject({ code: "invalid_input", field });
    expect(await actions()).toEqual([]);
  });
});

describe("editing", () => {
  test("changes name and engine, raises the version and records before and after", async () => {
    const ctx = await operatorContext(db);
    const { id } = await createChatflow(ctx, { name: "Support", engine });
    const edited = await updateChatflow(ctx, { id, version: 1, name: "Help", engine: { ...engine, maxPassages: 1 } });
    expect(edited).toEqual({ id, name: "Help", version: 2 });
    expect(await getChatflow(ctx, id)).toMatchObject({ name: "Help", version: 2, engine: { maxPassages: 1 } });
    const event = await db.prisma.auditEvent.findFirst({ where: { action: "chatflow.updated" } });
    expect(event?.detail).toMatchObject({ before: { name: "Support" }, after: { name: "Help" } });
  });

  test("of two edits of one version the second is refused and changes nothing", async () => {
    const ctx = await operatorContext(db);
    const { id } = await createChatflow(ctx, { name: "Support", engine });
    const edit = (name: string) => updateChatflow(ctx, { id, version: 1, name, engine });
    const results = await Promise.allSettled([edit("First"), edit("Second")]);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: "conflict", status: 409 });
    const winner = results[0]?.status === "fulfilled" ? "First" : "Second";
    expect(await getChatflow(ctx, id)).toMatchObject({ name: winner, version: 2 });
  });

  test("to the name of another chatflow is refused", async () => {
    const ctx = await operatorContext(db);
    await createChatflow(ctx, { name: "Support", engine });
    const { id } = await createChatflow(ctx, { name: "Help", engine });
    await expect(updateChatflow(ctx, { id, version: 1, name: "SUPPORT", engine })).rejects.toMatchObject({
      code: "name_taken",
    });
    await expect(updateChatflow(ctx, { id, version: 1, name: "HELP", engine })).resolves.toBeTruthy();
  });
});

describe("the list", () => {
  test("has each chatflow once, newest first, whichever way its pages are turned", async () => {
    const ctx = await systemContext(db);
    const { workspaceId } = ctx.actor;
    await db.prisma.chatflow.createMany({
      data: Array.from({ length: 120 }, (_, n) => {
        // Several share a time, so that the id has to decide.
        const at = new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(n / 3)));
        return {
          id: newId(),
          workspaceId,
          name: `Flow ${n}`,
          nameKey: `flow ${n}`,
          engine,
          createdAt: at,
          updatedAt: at,
        };
      }),
    });
    const first = await listChatflows(ctx);
    const second = await listChatflows(ctx, { after: first.next ?? "" });
    const third = await listChatflows(ctx, { after: second.next ?? "" });
    const all = [first, second, third].flatMap(({ items }) => items);
    expect(new Set(all.map(({ id }) => id)).size).toBe(120);
    expect(all.map(({ createdAt }) => createdAt.getTime())).toEqual(
      all.map(({ createdAt }) => createdAt.getTime()).sort((a, b) => b - a),
    );
    expect([first.previous, third.next, first.count]).toEqual([null, null, 120]);
    expect((await listChatflows(ctx, { before: third.previous ?? "" })).items).toEqual(second.items);
    expect((await listChatflows(ctx, { before: second.previous ?? "" })).items).toEqual(first.items);
  });

  test("is searched by any part of the name, whose wildcards are letters", async () => {
    const ctx = await systemContext(db);
    for (const name of ["Ünder 100% sure", "Under_score", "Other"]) await createChatflow(ctx, { name, engine });
    const found = async (search: string) => (await listChatflows(ctx, { search })).items.map(({ name }) => name);
    expect(await found("ÜNDER")).toEqual(["Ünder 100% sure"]);
    expect(await found("0%")).toEqual(["Ünder 100% sure"]);
    expect(await found("r_s")).toEqual(["Under_score"]);
    expect(await found("%")).toEqual(["Ünder 100% sure"]);
    expect(await found("nothing")).toEqual([]);
    expect(await found("\0und\0er_\0")).toEqual(["Under_score"]);
    expect(await found("\0")).toHaveLength(3);
  });

  test.each([
    "",
    "garbage",
    Buffer.from('["not a time","00000000-0000-4000-8000-000000000000"]').toString("base64url"),
  ])("starts at its top for a cursor that was edited: %s", async (after) => {
    const ctx = await systemContext(db);
    await createChatflow(ctx, { name: "Support", engine });
    expect((await listChatflows(ctx, { after })).items).toHaveLength(1);
  });
});

test("what is no UUID names no chatflow", async () => {
  await expect(getChatflow(await systemContext(db), "no-uuid")).rejects.toMatchObject({ code: "not_found" });
});
