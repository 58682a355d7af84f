-- Tokens that another system issued and that go on working here.
-- Only adds: the version before this one goes on working on it.

ALTER TABLE "api_key_secret" ADD COLUMN "source" TEXT
    CONSTRAINT "api_key_secret_source" CHECK ("source" IN ('flowise'));

-- Of the live token, beside "last_four" for the same reason: no list needs a join to show it.
ALTER TABLE "api_key" ADD COLUMN "token_source" TEXT
    CONSTRAINT "api_key_token_source" CHECK ("token_source" IN ('flowise'));

CREATE INDEX "api_key_imported" ON "api_key"("workspace_id", "id") WHERE "token_source" IS NOT NULL;
