-- How long a chatflow keeps its conversations, in days: null for ever, 0 not at all.
ALTER TABLE "chatflow" ADD COLUMN "retention_days" INTEGER;
ALTER TABLE "chatflow" ADD CONSTRAINT "chatflow_retention_days_range" CHECK ("retention_days" BETWEEN 0 AND 3650);

-- The list of sessions, newest first, and what retention deletes.
CREATE INDEX "prediction_chatflow_id_created_at_id_idx" ON "prediction"("chatflow_id", "created_at" DESC, "id" DESC);

-- One person's session id under whatever key ("forget").
CREATE INDEX "prediction_workspace_id_session_id_idx" ON "prediction"("workspace_id", "session_id");

-- Search over questions and answers, by words and their beginnings. Full text and not trigrams, which
-- cost several times as much on each prediction; "simple", because conversations are in any language.
-- Marks become spaces so that the parts of an address are words too. Cut short because Postgres
-- refuses a tsvector of more than 1 MB, and with it the prediction.
CREATE FUNCTION "prediction_words"("question" text, "answer" text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple'::regconfig,
                       translate(left($1, 32000) || ' ' || left($2, 100000), '@.:/\-_+&=', '          '))
$$;
CREATE INDEX "prediction_search" ON "prediction" USING gin ("prediction_words"("question", "answer"));
