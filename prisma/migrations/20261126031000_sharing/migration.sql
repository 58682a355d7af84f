-- What a chatflow shows the visitors of its shared page and of the website widget, and what they send back.
-- Only adds: the version before this one goes on working on it.

-- Validated by lib/sharing/schema.ts; {} is every default. It has a version of its own, so that saving it
-- is no conflict with an edit of the chatflow's engine.
ALTER TABLE "chatflow"
    ADD COLUMN "sharing" JSONB NOT NULL DEFAULT '{}'
        CONSTRAINT "chatflow_sharing_is_an_object" CHECK (jsonb_typeof("sharing") = 'object'),
    ADD COLUMN "sharing_version" INTEGER NOT NULL DEFAULT 1;

-- What somebody thought of an answer, at most once. It goes with the answer.
CREATE TABLE "feedback" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "prediction_id" UUID NOT NULL,
    "rating" TEXT NOT NULL
        CONSTRAINT "feedback_rating" CHECK ("rating" IN ('THUMBS_UP', 'THUMBS_DOWN')),
    "content" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feedback_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "feedback_chatflow_fkey" FOREIGN KEY ("workspace_id", "chatflow_id") REFERENCES "chatflow"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "feedback_prediction_id_fkey" FOREIGN KEY ("prediction_id") REFERENCES "prediction"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "feedback_prediction_id_key" ON "feedback"("prediction_id");
CREATE INDEX "feedback_chatflow_id_created_at_id_idx" ON "feedback"("chatflow_id", "created_at" DESC, "id" DESC);

-- Who a visitor said they are, and in which chat.
CREATE TABLE "lead" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chatflow_id" UUID NOT NULL,
    "chat_id" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lead_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "lead_says_something" CHECK (coalesce("name", "email", "phone") IS NOT NULL),
    CONSTRAINT "lead_chatflow_fkey" FOREIGN KEY ("workspace_id", "chatflow_id") REFERENCES "chatflow"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "lead_chatflow_id_created_at_id_idx" ON "lead"("chatflow_id", "created_at" DESC, "id" DESC);
CREATE INDEX "lead_workspace_id_chat_id_idx" ON "lead"("workspace_id", "chat_id");
