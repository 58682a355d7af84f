-- Flowise servers as providers: what they are called with is kept as a model provider's is.
-- Only widens: the version before this one goes on working on it.

ALTER TABLE "provider"
    DROP CONSTRAINT "provider_kind",
    ADD CONSTRAINT "provider_kind" CHECK ("kind" IN ('openai', 'anthropic', 'google', 'openai-compatible', 'flowise')),
    ADD CONSTRAINT "provider_flowise_needs_base_url" CHECK ("kind" <> 'flowise' OR "base_url" IS NOT NULL);
