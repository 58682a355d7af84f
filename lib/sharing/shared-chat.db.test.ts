import { expect, test } from "vitest";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { setSharing } from "@/lib/sharing/service";
import { readSharedChat } from "@/lib/sharing/shared-chat";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

test("only a public chatflow has a shared page; a closed, a guarded and an unknown one are told alike", async () => {
  const ctx = await operatorContext(db);
  const id = await createKnowledgeChatflow(ctx);
  const guarded = await createGuardedChatflow(db);
  expect(await readSharedChat(db, id)).toBeNull();
  expect(await readSharedChat(db, guarded.chatflowId)).toBeNull();
  expect(await readSharedChat(db, ctx.actor.workspaceId)).toBeNull();
  expect(await readSharedChat(db, "no-id")).toBeNull();
  await setChatflowAccess(ctx, { id, access: { kind: "public" } });
  expect(await readSharedChat(db, id)).toMatchObject({ id, title: "Support", colour: "#106e58", starterPrompts: [] });
  await setChatflowAccess(ctx, { id, access: { kind: "closed" } });
  expect(await readSharedChat(db, id)).toBeNull();
});

test("the page has what its operator wrote, and none of the chatflow's other settings", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "public" } });
  const look = {
    title: "Ask the workshop",
    welcome: "Hello!",
    colour: "#ffe14d",
    avatarUrl: "https://example.com/a.png",
    starterPrompts: ["When do you open?"],
  };
  await setSharing(ctx, {
    chatflowId,
    version: 1,
    sharing: {
      ...look,
      ...{ allowedOrigins: ["https://example.com"], perAddressPerMinute: 7, feedback: true },
      leads: { enabled: true, title: "Who are you?", email: false, phone: true, success: "" },
    },
  });
  expect(await readSharedChat(db, chatflowId)).toEqual({
    ...{ id: chatflowId, ...look, textColour: "#000000", hasFeedback: true },
    lead: { title: "Who are you?", thanks: "Thank you!", fields: ["name", "phone"] },
  });
});
