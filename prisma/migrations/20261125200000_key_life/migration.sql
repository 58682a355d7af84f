-- A key's whole life: overlap, limits, restrictions, further keys of a chatflow, refused calls, sharing.
-- Only adds: the version before this one goes on working on it.

ALTER TABLE "workspace" ADD COLUMN "max_key_lifetime_days" INTEGER
    CONSTRAINT "workspace_max_key_lifetime" CHECK ("max_key_lifetime_days" BETWEEN 1 AND 3650);

ALTER TABLE "api_key"
    ADD COLUMN "limits" JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN "allowed_addresses" TEXT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "last_used_address" TEXT,
    ADD COLUMN "exposed_at" TIMESTAMPTZ(3),
    ADD CONSTRAINT "api_key_limits_are_a_list" CHECK (jsonb_typeof("limits") = 'array');

CREATE INDEX "api_key_expires_at" ON "api_key"("workspace_id", "expires_at", "id") WHERE "expires_at" IS NOT NULL;
CREATE INDEX "api_key_never_expires" ON "api_key"("workspace_id", "created_at", "id") WHERE "expires_at" IS NULL;
CREATE INDEX "api_key_disabled" ON "api_key"("workspace_id", "id") WHERE "disabled_at" IS NOT NULL;
CREATE INDEX "api_key_exposed" ON "api_key"("workspace_id", "id") WHERE "exposed_at" IS NOT NULL;

-- A secret that has ended stays for a while, so that a call with its token can be explained.
ALTER TABLE "api_key_secret"
    ADD COLUMN "end_reason" TEXT
        CONSTRAINT "api_key_secret_end_reason" CHECK ("end_reason" IN ('regenerated', 'stopped', 'exposed')),
    ADD COLUMN "last_used_at" TIMESTAMPTZ(3),
    ADD COLUMN "last_used_address" TEXT,
    ADD CONSTRAINT "api_key_secret_ended" CHECK ("end_reason" IS NULL OR "expires_at" IS NOT NULL);

CREATE UNIQUE INDEX "api_key_secret_live" ON "api_key_secret"("api_key_id") WHERE "expires_at" IS NULL;
CREATE INDEX "api_key_secret_expires_at" ON "api_key_secret"("expires_at", "api_key_id") WHERE "expires_at" IS NOT NULL;

-- How full a key's limits are: one row a key, so that one row lock makes them all-or-nothing. Updated by
-- each call of a limited key; nothing of it is indexed and half of each page is free, so that Postgres
-- writes the new version beside the old one (HOT) and no index grows.
CREATE TABLE "api_key_counter" (
    "api_key_id" UUID NOT NULL,
    "levels" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "api_key_counter_pkey" PRIMARY KEY ("api_key_id"),
    CONSTRAINT "api_key_counter_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE
) WITH (fillfactor = 50);

-- What a chatflow accepts beside its assigned key.
CREATE UNIQUE INDEX "chatflow_workspace_id_id_key" ON "chatflow"("workspace_id", "id");
CREATE TABLE "chatflow_further_key" (
    "workspace_id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chatflow_further_key_pkey" PRIMARY KEY ("chatflow_id", "api_key_id"),
    CONSTRAINT "chatflow_further_key_chatflow_fkey" FOREIGN KEY ("workspace_id", "chatflow_id") REFERENCES "chatflow"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "chatflow_further_key_api_key_fkey" FOREIGN KEY ("workspace_id", "api_key_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "chatflow_further_key_api_key_id_idx" ON "chatflow_further_key"("api_key_id");

-- Calls that were not answered. Names are copied: they outlive the key and the chatflow.
CREATE TABLE "refused_call" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "address" TEXT,
    "last_four" CHAR(4),
    "api_key_id" UUID,
    "api_key_name" TEXT,
    "chatflow_id" UUID,
    "chatflow_name" TEXT,
    "request_id" TEXT NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 1
        CONSTRAINT "refused_call_calls" CHECK ("calls" > 0),

    CONSTRAINT "refused_call_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "refused_call_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "refused_call_workspace_id_at_id_idx" ON "refused_call"("workspace_id", "at" DESC, "id" DESC);
CREATE INDEX "refused_call_workspace_id_request_id_idx" ON "refused_call"("workspace_id", "request_id");
CREATE INDEX "refused_call_api_key_id_at_id_idx" ON "refused_call"("api_key_id", "at" DESC, "id" DESC);

-- From where a change came; null from the command line.
ALTER TABLE "audit_event" ADD COLUMN "address" TEXT;
CREATE INDEX "audit_event_workspace_id_request_id_idx" ON "audit_event"("workspace_id", "request_id");
CREATE INDEX "audit_event_workspace_id_target_id_at_id_idx" ON "audit_event"("workspace_id", "target_id", "at" DESC, "id" DESC);
CREATE INDEX "audit_event_workspace_id_action_at_id_idx" ON "audit_event"("workspace_id", "action", "at" DESC, "id" DESC);
CREATE INDEX "audit_event_workspace_id_actor_id_at_id_idx" ON "audit_event"("workspace_id", "actor_id", "at" DESC, "id" DESC);
CREATE INDEX "audit_event_no_operator" ON "audit_event"("workspace_id", "actor_kind", "at" DESC, "id" DESC)
    WHERE "actor_kind" <> 'operator';

-- The search over names in the trail, as over those of keys. New events are folded in code; what is
-- there already is folded here, which is no change of what it says.
ALTER TABLE "audit_event" ADD COLUMN "target_name_key" TEXT NOT NULL DEFAULT '';
ALTER TABLE "audit_event" DISABLE TRIGGER "audit_event_append_only";
UPDATE "audit_event" SET "target_name_key" = lower(normalize("target_name", NFKC));
ALTER TABLE "audit_event" ENABLE TRIGGER "audit_event_append_only";
CREATE INDEX "audit_event_target_name_key_trgm" ON "audit_event" USING gin ("target_name_key" gin_trgm_ops);
CREATE INDEX "audit_event_target_name_key_short_parts" ON "audit_event" USING gin ("short_parts"("target_name_key"));

-- A token on its way to whoever will use it: encrypted in the sender's browser, deleted when opened.
CREATE TABLE "shared_token" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shared_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "shared_token_ciphertext_length" CHECK (octet_length("ciphertext") BETWEEN 32 AND 512),
    CONSTRAINT "shared_token_api_key_fkey" FOREIGN KEY ("workspace_id", "api_key_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "shared_token_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "shared_token_expires_at_idx" ON "shared_token"("expires_at");
CREATE INDEX "shared_token_api_key_id_idx" ON "shared_token"("api_key_id");

-- A key's recent calls and its usage.
CREATE INDEX "prediction_credential_id_created_at_id_idx" ON "prediction"("credential_id", "created_at" DESC, "id" DESC);
CREATE INDEX "usage_hour_credential_id_hour_idx" ON "usage_hour"("credential_id", "hour");

-- Takes one call from every limit of a key, or from none when one of them has no room. Two calls at once
-- queue up at the counter's row, whichever instances they came to, so nothing is admitted twice.
--
-- A rate is a bucket that holds "max" calls and empties evenly over its window: after max calls at once
-- there is room for the next one window/max later, and a client that keeps to its rate is never refused.
-- Its level is kept in whole units, one call being as many as the window has milliseconds and "max" of
-- them draining each millisecond, so that nothing is lost to rounding. A quota counts the calls of a UTC
-- day or month. Time never runs backwards: of two instances' clocks the one that is ahead counts.
--
-- Returns null for a key that has no counter (it was deleted meanwhile), else
-- {"admitted", "limits": [{"kind", "per", "max", "windowMs", "remaining", "resetMs", "waitMs"}]}: calls
-- left, milliseconds until all of it is there again, and until there is room for one call (0 when there
-- is). With p_take false it only looks.
CREATE FUNCTION "admit_call"(p_key UUID, p_limits JSONB, p_now TIMESTAMPTZ, p_take BOOLEAN) RETURNS JSONB
LANGUAGE plpgsql AS $$
DECLARE
    now_ms CONSTANT BIGINT := floor(extract(epoch FROM p_now) * 1000);
    levels JSONB;
    entry JSONB;
    stored JSONB;
    key_of_limit TEXT;
    max_calls BIGINT;
    window_ms BIGINT;
    level BIGINT;
    at_ms BIGINT;
    wait_ms BIGINT;
    start_ms BIGINT;
    fits BOOLEAN := true;
    entries JSONB[] := '{}';
    taken JSONB := '{}';
    result JSONB := '[]';
BEGIN
    IF p_take THEN
        SELECT c.levels INTO levels FROM api_key_counter c WHERE c.api_key_id = p_key FOR UPDATE;
    ELSE
        SELECT c.levels INTO levels FROM api_key_counter c WHERE c.api_key_id = p_key;
    END IF;
    IF levels IS NULL THEN RETURN NULL; END IF;

    FOR entry IN SELECT value FROM jsonb_array_elements(p_limits) LOOP
        key_of_limit := (entry->>'kind') || ':' || (entry->>'per');
        stored := levels->key_of_limit;
        max_calls := (entry->>'max')::bigint;
        IF entry->>'kind' = 'rate' THEN
            window_ms := CASE entry->>'per'
                WHEN 'second' THEN 1000 WHEN 'minute' THEN 60000 WHEN 'hour' THEN 3600000 WHEN 'day' THEN 86400000 END;
            at_ms := greatest(now_ms, coalesce((stored->>'at')::bigint, now_ms));
            -- Never more than full: a limit that was lowered does not make up for what was allowed before.
            level := least(coalesce((stored->>'level')::bigint, 0), max_calls * window_ms);
            level := greatest(0, level - max_calls * (at_ms - coalesce((stored->>'at')::bigint, at_ms)));
            wait_ms := greatest(0, ceil((level + window_ms - max_calls * window_ms)::numeric / max_calls));
            taken := taken || jsonb_build_object(key_of_limit, jsonb_build_object('level', level + window_ms, 'at', at_ms));
            entry := entry || jsonb_build_object(
                'windowMs', window_ms,
                'left', (max_calls * window_ms - level) / window_ms,
                'resetMs', ceil(level::numeric / max_calls),
                'resetAfterTakeMs', ceil((level + window_ms)::numeric / max_calls));
        ELSE
            start_ms := extract(epoch FROM date_trunc(entry->>'per', p_now, 'UTC')) * 1000;
            at_ms := greatest(start_ms, coalesce((stored->>'at')::bigint, start_ms));
            level := CASE WHEN (stored->>'at')::bigint = at_ms THEN (stored->>'level')::bigint ELSE 0 END;
            window_ms := extract(epoch FROM (to_timestamp(at_ms / 1000) AT TIME ZONE 'UTC' + ('1 ' || (entry->>'per'))::interval) AT TIME ZONE 'UTC') * 1000 - at_ms;
            wait_ms := CASE WHEN level < max_calls THEN 0 ELSE greatest(1, at_ms + window_ms - now_ms) END;
            taken := taken || jsonb_build_object(key_of_limit, jsonb_build_object('level', level + 1, 'at', at_ms));
            entry := entry || jsonb_build_object(
                'windowMs', window_ms,
                'left', greatest(0, max_calls - level),
                'resetMs', at_ms + window_ms - now_ms,
                'resetAfterTakeMs', at_ms + window_ms - now_ms);
        END IF;
        fits := fits AND wait_ms = 0;
        entries := entries || (entry || jsonb_build_object('waitMs', wait_ms));
    END LOOP;

    FOREACH entry IN ARRAY entries LOOP
        result := result || jsonb_build_array(entry - 'left' - 'resetAfterTakeMs' || CASE
            WHEN fits AND p_take THEN jsonb_build_object('remaining', (entry->>'left')::bigint - 1, 'resetMs', entry->'resetAfterTakeMs')
            ELSE jsonb_build_object('remaining', entry->'left') END);
    END LOOP;
    IF fits AND p_take THEN
        UPDATE api_key_counter c SET levels = taken WHERE c.api_key_id = p_key;
    END IF;
    RETURN jsonb_build_object('admitted', fits, 'limits', result);
END
$$;
