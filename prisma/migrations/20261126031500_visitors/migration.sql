-- What the calls of a public chatflow's visitors are held to: whose websites they come from, and how many
-- an address makes. Only adds: the version before this one goes on working on it.

-- Whether any chatflow lists a website: asked where a browser asks before the chatflow is named.
CREATE INDEX "chatflow_allowed_origins" ON "chatflow" USING gin (("sharing"->'allowedOrigins'));

-- How full the limits of the addresses that call a public chatflow are. A row is worth nothing once its
-- limits have drained and is deleted then (lib/sharing/visitors.ts); until then it may outlive its
-- chatflow. As in api_key_counter, each call updates its row in place (HOT).
CREATE TABLE "visitor_counter" (
    "chatflow_id" UUID NOT NULL,
    -- A keyed digest of the address: which it was cannot be told from it.
    "visitor" BYTEA NOT NULL,
    "levels" JSONB NOT NULL,
    "counted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "visitor_counter_pkey" PRIMARY KEY ("chatflow_id", "visitor")
) WITH (fillfactor = 50);

-- As admit_call does for a key: takes one call from a visitor's limits, or none when there is no room. Two
-- calls at once queue up at the visitor's row, whichever instances they came to. Returns {"admitted",
-- "levels"}. The commit does not wait for the disk, so this too is called in a statement of its own.
CREATE FUNCTION "admit_visitor"(p_chatflow UUID, p_visitor BYTEA, p_limits JSONB, p_now TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql AS $$
DECLARE
    found_levels JSONB;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO visitor_counter AS v (chatflow_id, visitor, levels, counted_at)
    VALUES (p_chatflow, p_visitor, count_call('{}', p_limits, p_now), p_now)
    ON CONFLICT (chatflow_id, visitor)
    DO UPDATE SET levels = count_call(v.levels, p_limits, p_now), counted_at = greatest(v.counted_at, p_now)
    WHERE count_call(v.levels, p_limits, p_now) IS NOT NULL
    RETURNING levels INTO found_levels;
    IF FOUND THEN RETURN jsonb_build_object('admitted', true, 'levels', found_levels); END IF;
    SELECT levels INTO found_levels FROM visitor_counter WHERE chatflow_id = p_chatflow AND visitor = p_visitor;
    RETURN jsonb_build_object('admitted', false, 'levels', coalesce(found_levels, '{}'));
END
$$;
