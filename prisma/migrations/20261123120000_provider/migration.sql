-- CreateTable
CREATE TABLE "provider" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "base_url" TEXT,
    "credential" BYTEA,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "provider_workspace_id_name_key_key" ON "provider"("workspace_id", "name_key");

-- AddForeignKey
ALTER TABLE "provider" ADD CONSTRAINT "provider_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider" ADD CONSTRAINT "provider_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- What the schema language cannot say, from here.

ALTER TABLE "provider" ADD CONSTRAINT "provider_name_length" CHECK (char_length("name") BETWEEN 1 AND 64 AND "name" ~ '[^[:space:]]');
ALTER TABLE "provider" ADD CONSTRAINT "provider_kind" CHECK ("kind" IN ('openai', 'anthropic', 'google', 'openai-compatible'));
ALTER TABLE "provider" ADD CONSTRAINT "provider_compatible_needs_base_url" CHECK ("kind" <> 'openai-compatible' OR "base_url" IS NOT NULL);
-- Format byte, key id, IV and tag stand before the ciphertext: see lib/providers/credential.ts.
ALTER TABLE "provider" ADD CONSTRAINT "provider_credential_length" CHECK (octet_length("credential") > 33);

-- Which chatflows answer through a provider.
CREATE INDEX "chatflow_provider" ON "chatflow"("workspace_id", ("engine"->>'providerId')) WHERE ("engine"->>'providerId') IS NOT NULL;
