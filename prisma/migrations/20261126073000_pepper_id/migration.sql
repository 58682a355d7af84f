-- Which pepper a token's digest is under, so that an operator knows when an older one is no longer needed.
-- Null where it is not known yet: it is written with the token's next use.
ALTER TABLE "api_key_secret" ADD COLUMN "pepper_id" TEXT;
