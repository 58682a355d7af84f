-- The same index as "api_key_secret_one_live", which stays and goes on holding a key to one live secret.
DROP INDEX CONCURRENTLY IF EXISTS "api_key_secret_live";
