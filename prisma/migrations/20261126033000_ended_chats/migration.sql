-- Chats whose caller asked for the end of what is being answered, so that the instance that answers learns of
-- it, whichever was asked. Only adds: the version before this one goes on working on it.
CREATE TABLE "ended_chat" (
    -- SHA-256 of whose chat it is and its id: a caller's own words are not kept, however short.
    "chat" BYTEA NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ended_chat_pkey" PRIMARY KEY ("chat")
);
CREATE INDEX "ended_chat_ended_at_idx" ON "ended_chat"("ended_at");
