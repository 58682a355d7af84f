-- A chatflow's readable name in addresses and as a model of the OpenAI API. It stays when the chatflow is
-- renamed. Only adds: the version before this one makes chatflows without naming a slug, and the default
-- gives them one.

ALTER TABLE "chatflow" ADD COLUMN "slug" TEXT;
CREATE UNIQUE INDEX "chatflow_workspace_id_slug_key" ON "chatflow"("workspace_id", "slug");

-- As lib/chatflows/slug.ts makes them, the oldest chatflow first.
DO $$
DECLARE
    made RECORD;
    base TEXT;
    candidate TEXT;
    attempt INTEGER;
BEGIN
    FOR made IN SELECT c.id, c.workspace_id, c.name FROM "chatflow" c ORDER BY c.created_at, c.id LOOP
        base := regexp_replace(normalize(made.name, NFKD), '[\u0300-\u036f]+', '', 'g');
        base := trim(BOTH '-' FROM regexp_replace(lower(base COLLATE "C"), '[^a-z0-9]+', '-', 'g'));
        base := coalesce(nullif(rtrim(left(base, 64), '-'), ''), 'chatflow');
        IF base ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
            base := 'chatflow-' || base;
        END IF;
        candidate := base;
        attempt := 1;
        WHILE EXISTS (
            SELECT FROM "chatflow" c WHERE c.workspace_id = made.workspace_id AND c.slug = candidate
        ) LOOP
            attempt := attempt + 1;
            candidate := base || '-' || attempt;
        END LOOP;
        UPDATE "chatflow" SET "slug" = candidate WHERE "id" = made.id;
    END LOOP;
END
$$;

ALTER TABLE "chatflow"
    ALTER COLUMN "slug" SET DEFAULT 'chatflow-' || gen_random_uuid(),
    ALTER COLUMN "slug" SET NOT NULL;
