import type { Context } from "@/lib/context";

/** A context in which the process seems to end after so many transactions: the next one is not begun. */
export function endingAfter(ctx: Context, transactions: number): Context {
  let left = transactions;
  const prisma = new Proxy(ctx.db.prisma, {
    get(target, name) {
      if (name === "$transaction" && left-- <= 0) throw new Error("The process has ended.");
      return Reflect.get(target, name, target);
    },
  });
  return { ...ctx, db: { ...ctx.db, prisma } };
}
