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

-- No query can leave a chatflow public and keyed, or a key both assigned and further (removing it as one
-- would leave it in as the other). Both triggers hold the chatflow's row, so that of two transactions at
-- once the second sees what the first did.
CREATE FUNCTION "chatflow_further_key_fits"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    chatflow RECORD;
BEGIN
    SELECT c.is_public, c.api_key_id INTO chatflow FROM chatflow c WHERE c.id = NEW.chatflow_id FOR SHARE;
    IF chatflow.is_public THEN
        RAISE EXCEPTION 'a public chatflow accepts no further keys'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chatflow_public_excludes_further_keys';
    END IF;
    IF chatflow.api_key_id = NEW.api_key_id THEN
        RAISE EXCEPTION 'the assigned key cannot be a further key as well'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chatflow_assigned_key_is_not_further';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "chatflow_further_key_fits" AFTER INSERT OR UPDATE ON "chatflow_further_key"
    FOR EACH ROW EXECUTE FUNCTION "chatflow_further_key_fits"();

CREATE FUNCTION "chatflow_fits_further_keys"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_public AND EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = NEW.id) THEN
        RAISE EXCEPTION 'a public chatflow accepts no further keys'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chatflow_public_excludes_further_keys';
    END IF;
    IF EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = NEW.id AND f.api_key_id = NEW.api_key_id) THEN
        RAISE EXCEPTION 'the assigned key cannot be a further key as well'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chatflow_assigned_key_is_not_further';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "chatflow_fits_further_keys" AFTER UPDATE OF "is_public", "api_key_id" ON "chatflow"
    FOR EACH ROW WHEN (NEW.is_public OR NEW.api_key_id IS NOT NULL)
    EXECUTE FUNCTION "chatflow_fits_further_keys"();

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

-- What a key's levels are once one more call is counted, or null where a limit has no room for it. By name
-- of the limit ("minute", "quota-day") a level and the millisecond it was taken at.
--
-- A rate is a bucket that holds "max" calls and empties evenly over its window: after max calls at once
-- there is room for the next one window/max later, and a client that keeps to its rate is never refused.
-- Its level is kept in whole units, one call being as many as the window has milliseconds and "max" of
-- them draining each millisecond, so that nothing is lost to rounding. A quota counts the calls of a UTC
-- day or month. Time never runs backwards: of two instances' clocks the one that is ahead counts. A limit
-- that is lowered does not make up for what was allowed before: its bucket is at most full.
--
-- The same in Lua: lib/api-keys/redis-counters.ts. What is left of a limit: lib/api-keys/limit-state.ts.
-- A loop and not one query over the limits, which costs Postgres five times as much to start.
CREATE FUNCTION "count_call"(p_levels JSONB, p_limits JSONB, p_now TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql STABLE AS $$
DECLARE
    now_ms CONSTANT BIGINT := floor(extract(epoch FROM p_now) * 1000);
    entry JSONB;
    per TEXT;
    name TEXT;
    stored JSONB;
    max_calls BIGINT;
    cost BIGINT;
    level BIGINT;
    at_ms BIGINT;
    -- A limit that was taken away is kept: given back, it hands out no new budget.
    counted JSONB := p_levels;
BEGIN
    FOR i IN 0..jsonb_array_length(p_limits) - 1 LOOP
        entry := p_limits->i;
        per := entry->>'per';
        max_calls := entry->'max';
        IF entry->>'kind' = 'rate' THEN
            name := per;
            cost := CASE per WHEN 'second' THEN 1000 WHEN 'minute' THEN 60000
                             WHEN 'hour' THEN 3600000 WHEN 'day' THEN 86400000 END;
            at_ms := now_ms;
        ELSE
            name := 'quota-' || per;
            cost := 1;
            at_ms := extract(epoch FROM date_trunc(per, p_now, 'UTC')) * 1000;
        END IF;
        stored := p_levels->name;
        level := 0;
        IF stored IS NOT NULL THEN
            at_ms := greatest(at_ms, (stored->1)::bigint);
            IF cost > 1 THEN
                level := greatest(0, least((stored->0)::bigint, max_calls * cost)
                                     - max_calls * least(at_ms - (stored->1)::bigint, cost));
            ELSIF (stored->1)::bigint = at_ms THEN
                level := stored->0;
            END IF;
        END IF;
        level := level + cost;
        -- What is no limit that is known here has no room: its cost is null.
        IF (level <= max_calls * cost) IS NOT TRUE THEN RETURN NULL; END IF;
        counted := counted || jsonb_build_object(name, jsonb_build_array(level, at_ms));
    END LOOP;
    RETURN counted;
END
$$;

-- Takes one call from every limit of a key, or from none when one of them has no room. Two calls at once
-- queue up at the counter's row, whichever instances they came to, so nothing is admitted twice: the
-- second one's condition is looked at again on what the first has left. A call that is refused neither
-- writes nor waits.
--
-- Returns {"admitted", "levels"}, or null for a key that has no counter (it was deleted meanwhile).
--
-- The commit does not wait for the disk. The log is written in order, and the commit that records the
-- answer waits: whatever was answered is counted, whenever Postgres may crash. It follows that this is
-- called in a statement of its own.
CREATE FUNCTION "admit_call"(p_key UUID, p_limits JSONB, p_now TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql AS $$
DECLARE
    found_levels JSONB;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE api_key_counter SET levels = count_call(levels, p_limits, p_now)
    WHERE api_key_id = p_key AND count_call(levels, p_limits, p_now) IS NOT NULL
    RETURNING levels INTO found_levels;
    IF FOUND THEN RETURN jsonb_build_object('admitted', true, 'levels', found_levels); END IF;
    SELECT levels INTO found_levels FROM api_key_counter WHERE api_key_id = p_key;
    IF NOT FOUND THEN RETURN NULL; END IF;
    RETURN jsonb_build_object('admitted', false, 'levels', found_levels);
END
$$;
