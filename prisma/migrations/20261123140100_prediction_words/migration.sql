-- The words of a turn beside it. Parsed anew for each turn a search looks at, they took seconds for
-- a word that 15,000 turns have.
DROP INDEX "prediction_search";
ALTER TABLE "prediction" ADD COLUMN "words" tsvector GENERATED ALWAYS AS ("prediction_words"("question", "answer")) STORED;
CREATE INDEX "prediction_search" ON "prediction" USING gin ("words");
