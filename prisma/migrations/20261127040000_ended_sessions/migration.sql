-- Sessions that somebody signed out of, so that a copy of the cookie opens nothing, at whichever instance. Only
-- adds: the version before this one goes on working on it, and does not look at it.
CREATE TABLE "ended_session" (
    "id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ended_session_pkey" PRIMARY KEY ("id")
);
