-- Search by any part of a name (needs the right to create extensions in this database).
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'editor', 'viewer');

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "session_epoch" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "sign_in_throttle" (
    "subject" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "blocked_until" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_throttle_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "last_four" CHAR(4) NOT NULL,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key_secret" (
    "id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "last_four" CHAR(4) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chatflow" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "engine" JSONB NOT NULL,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "api_key_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chatflow_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "document" (
    "id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passage" (
    "id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "heading" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', "heading"), 'A') || setweight(to_tsvector('english', "content"), 'B')
    ) STORED,

    CONSTRAINT "passage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "prediction" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "credential_id" UUID NOT NULL,
    "session_id" TEXT NOT NULL,
    "chat_id" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error_code" TEXT,
    "sources" JSONB,
    "usage" JSONB,
    "first_token_ms" INTEGER,
    "duration_ms" INTEGER NOT NULL,
    "request_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "prediction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_hour" (
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "workspace_id" UUID NOT NULL,
    "credential_id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "predictions" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,

    CONSTRAINT "usage_hour_pkey" PRIMARY KEY ("hour","credential_id","chatflow_id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target_kind" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "target_name" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspace_slug_key" ON "workspace"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE INDEX "api_key_workspace_id_created_at_id_idx" ON "api_key"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "api_key_workspace_id_last_four_idx" ON "api_key"("workspace_id", "last_four");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_workspace_id_name_key_key" ON "api_key"("workspace_id", "name_key");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_workspace_id_id_key" ON "api_key"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_secret_digest_key" ON "api_key_secret"("digest");

-- CreateIndex
CREATE INDEX "api_key_secret_api_key_id_idx" ON "api_key_secret"("api_key_id");

-- CreateIndex
CREATE INDEX "chatflow_workspace_id_created_at_id_idx" ON "chatflow"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "chatflow_api_key_id_idx" ON "chatflow"("api_key_id");

-- CreateIndex
CREATE UNIQUE INDEX "chatflow_workspace_id_name_key_key" ON "chatflow"("workspace_id", "name_key");

-- CreateIndex
CREATE UNIQUE INDEX "document_chatflow_id_name_key" ON "document"("chatflow_id", "name");

-- CreateIndex
CREATE INDEX "passage_chatflow_id_idx" ON "passage"("chatflow_id");

-- CreateIndex
CREATE UNIQUE INDEX "passage_document_id_ordinal_key" ON "passage"("document_id", "ordinal");

-- CreateIndex
CREATE INDEX "prediction_chatflow_id_credential_id_session_id_created_at_idx" ON "prediction"("chatflow_id", "credential_id", "session_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "usage_hour_workspace_id_hour_idx" ON "usage_hour"("workspace_id", "hour");

-- CreateIndex
CREATE INDEX "audit_event_workspace_id_at_id_idx" ON "audit_event"("workspace_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_event_target_id_idx" ON "audit_event"("target_id");

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_secret" ADD CONSTRAINT "api_key_secret_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chatflow" ADD CONSTRAINT "chatflow_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chatflow" ADD CONSTRAINT "chatflow_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_chatflow_id_fkey" FOREIGN KEY ("chatflow_id") REFERENCES "chatflow"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passage" ADD CONSTRAINT "passage_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prediction" ADD CONSTRAINT "prediction_chatflow_id_fkey" FOREIGN KEY ("chatflow_id") REFERENCES "chatflow"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the schema language cannot say, from here.

-- Names: 1 to 64 characters, never blank.
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_name_length" CHECK (char_length("name") BETWEEN 1 AND 64 AND "name" ~ '[^[:space:]]');
ALTER TABLE "chatflow" ADD CONSTRAINT "chatflow_name_length" CHECK (char_length("name") BETWEEN 1 AND 64 AND "name" ~ '[^[:space:]]');

-- A chatflow is public or has a key, never both; with neither it is closed.
ALTER TABLE "chatflow" ADD CONSTRAINT "chatflow_public_excludes_key" CHECK (NOT ("is_public" AND "api_key_id" IS NOT NULL));

-- A chatflow's key is a key of its own workspace, whatever a query forgets to say.
ALTER TABLE "chatflow" ADD CONSTRAINT "chatflow_key_of_same_workspace" FOREIGN KEY ("workspace_id", "api_key_id")
    REFERENCES "api_key"("workspace_id", "id") ON DELETE SET NULL ("api_key_id");

-- A key has one live secret.
CREATE UNIQUE INDEX "api_key_secret_one_live" ON "api_key_secret"("api_key_id") WHERE "expires_at" IS NULL;
ALTER TABLE "api_key_secret" ADD CONSTRAINT "api_key_secret_digest_length" CHECK (octet_length("digest") = 32);

-- Search and the "last used" order over a million keys.
CREATE INDEX "api_key_name_key_trgm" ON "api_key" USING gin ("name_key" gin_trgm_ops);
CREATE INDEX "chatflow_name_key_trgm" ON "chatflow" USING gin ("name_key" gin_trgm_ops);
CREATE INDEX "api_key_last_used" ON "api_key"("workspace_id", (coalesce("last_used_at", '-infinity'::timestamptz)), "id");

CREATE INDEX "passage_search" ON "passage" USING gin ("search");

-- The audit trail is append-only.
CREATE FUNCTION "audit_event_is_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events cannot be changed or deleted';
END
$$;
CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE ON "audit_event"
    FOR EACH ROW EXECUTE FUNCTION "audit_event_is_append_only"();
CREATE TRIGGER "audit_event_no_truncate" BEFORE TRUNCATE ON "audit_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_event_is_append_only"();
