import type { PGlite } from "@electric-sql/pglite";

/** First bytes of the extended query protocol's messages that leave a statement half told: the group ends at Sync. */
const opening = new Set([..."PBDECH"].map((letter) => letter.charCodeAt(0)));

/**
 * PGlite for its socket server, which lets clients take turns after each protocol message unless a
 * transaction is open. All clients share one session and so one unnamed statement: a client whose
 * Parse, Bind and Execute do not arrive in one piece could have executed somebody else's statement.
 * Here a group that has begun counts as a transaction, so that no one else gets in before its Sync.
 */
export function withWholeGroups(db: PGlite): PGlite {
  let midGroup = false;
  const overrides = {
    isInTransaction: () => midGroup || db.isInTransaction(),
    execProtocolRawStream: async (...args: Parameters<PGlite["execProtocolRawStream"]>) => {
      const [message] = args;
      midGroup = opening.has(message[0] ?? 0);
      await db.execProtocolRawStream(...args);
    },
    // Only ever the ROLLBACK for a client that left before it had finished.
    exec: async (...args: Parameters<PGlite["exec"]>) => {
      midGroup = false;
      return await db.exec(...args);
    },
  };
  return new Proxy(db, {
    get(target, name) {
      if (name in overrides) return overrides[name as keyof typeof overrides];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
