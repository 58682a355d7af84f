import { expect, test } from "vitest";
import { changeUserRole, removeUser } from "@/lib/auth/manage-users";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const idOf = ({ actor }: Context) => (actor.kind === "operator" ? actor.userId : "");

test("of owners who remove or demote each other at once, one remains an owner", async () => {
  for (let round = 0; round < 10; round++) {
    const one = await operatorContext(db);
    const { workspaceId } = one.actor;
    const other = await operatorContext(db, "owner", workspaceId);
    const outcomes = await Promise.allSettled([
      removeUser(one, { id: idOf(other) }),
      round % 2 === 0 ? removeUser(other, { id: idOf(one) }) : changeUserRole(other, { id: idOf(one), role: "viewer" }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await db.prisma.membership.count({ where: { workspaceId, role: "owner" } })).toBe(1);
  }
});
