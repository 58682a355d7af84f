-- When an operator was last in a workspace's dashboard. Only adds: the version before this one does not name it.
ALTER TABLE "membership" ADD COLUMN "last_seen_at" TIMESTAMPTZ(3);
