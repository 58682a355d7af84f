-- The parts of a name that are too short for trigrams: each character, and each two neighbours (those
-- that begin at odd places, then at even ones). Names hold no control characters, so U+0001 parts them.
-- One expression of built-in functions: Postgres inlines it, which makes it five times cheaper than a
-- query, and a search for a single letter meets ten thousand names.
CREATE FUNCTION "short_parts"("name" text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array("name", NULL) || string_to_array(
        regexp_replace("name", '(..)', E'\\1\x01', 'g') || E'\x01' ||
        regexp_replace(substr("name", 2), '(..)', E'\\1\x01', 'g'), E'\x01')
$$;
CREATE INDEX "api_key_name_key_short_parts" ON "api_key" USING gin ("short_parts"("name_key"));

-- A search in the order of names can have all it finds at the far end of that order ("site" in "Website …").
-- With this index the way there is read from the index alone.
CREATE INDEX "api_key_by_name" ON "api_key"("workspace_id", "name_key") INCLUDE ("id", "last_four");
