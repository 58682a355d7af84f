import "server-only";
import type { Database } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import { synonymColumns } from "@/lib/engines/knowledge/synonyms";

export interface FoundPassage {
  document: string;
  heading: string;
  content: string;
  /** BM25-like; comparable within one search only. */
  score: number;
  /** Share of the question's weight, 0 to 1, that the passage's words carry. */
  coverage: number;
  /** The same for the question together with its context. */
  contextCoverage: number;
}

export interface SearchResult {
  /** Passages the chatflow has. */
  passageCount: number;
  /** Best first. */
  found: FoundPassage[];
}

export interface SearchRequest {
  workspaceId: string;
  chatflowId: string;
  question: string;
  /** Words that a follow-up leaves unsaid: the question before it. They count for less. */
  context?: string;
  limit: number;
}

/** Lexemes of politeness and modality: they say nothing about what is asked. Stop words are Postgres's own. */
const fillers =
  "pleas thank hi hello hey tell explain show want would could may might must let like know happen mean get".split(" ");

/** Of a very long question the beginning and the end are searched, where questions stand. */
const questionMax = 4_000;
const contextWeight = 0.4;
/** What another word for the one asked with counts for, beside that word itself. */
const synonymWeight = 0.7;
/** Measures that are asked for: "how long" asks about no length. */
const askedMeasures = /\bhow (?:long|many|much|often|soon)\b/gi;

/**
 * Okapi BM25 in SQL: rarity of a word within this chatflow × saturating frequency × length of the
 * passage. A word in a heading counts as three. Passages are cut to like sizes, so a constant
 * stands for their mean length and only matching ones are read. A word that no passage has weighs
 * most, so that coverage tells how much of the question is answered at all. Synonyms of a word stand
 * in for it. The words of the question reach the tsquery quoted: whatever they contain is data.
 */
const searchStatement = prepared(`
  WITH flow AS (SELECT id FROM chatflow WHERE id = $1 AND workspace_id = $2),
  asked AS (
    SELECT lexeme, max(share) AS share
    FROM (
      (SELECT lexeme, 1.0::float8 AS share FROM unnest(to_tsvector('english', $3)) ORDER BY positions[1] LIMIT 64)
      UNION ALL
      (SELECT lexeme, $5::float8 FROM unnest(to_tsvector('english', $4)) ORDER BY positions[1] LIMIT 64)
    ) words
    WHERE lexeme <> ALL($6::text[])
    GROUP BY lexeme
  ),
  thesaurus AS (
    SELECT DISTINCT line, lexeme
    FROM unnest($8::text[], $9::int[]) AS given(word, line), unnest(ts_lexize('english_stem', word)) AS lexeme
  ),
  spelling AS MATERIALIZED (
    SELECT lexeme, lexeme AS spelled, 1.0::float8 AS closeness FROM asked
    UNION ALL
    SELECT a.lexeme, other.lexeme, $10::float8
    FROM asked a JOIN thesaurus own USING (lexeme) JOIN thesaurus other USING (line)
    WHERE other.lexeme NOT IN (SELECT lexeme FROM asked)
  ),
  term AS (
    SELECT a.lexeme, a.share,
           string_agg('''' || replace(replace(spelled, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery AS query
    FROM asked a JOIN spelling USING (lexeme) GROUP BY a.lexeme, a.share
  ),
  wanted AS (SELECT string_agg(query::text, ' | ')::tsquery AS query FROM term),
  total AS (SELECT count(*)::float8 AS passages FROM passage WHERE chatflow_id = (SELECT id FROM flow)),
  matching AS MATERIALIZED (
    SELECT id, search FROM passage
    WHERE chatflow_id = (SELECT id FROM flow) AND search @@ (SELECT query FROM wanted)
  ),
  hit AS MATERIALIZED (SELECT m.id, t.lexeme FROM matching m JOIN term t ON m.search @@ t.query),
  weight AS MATERIALIZED (
    SELECT t.lexeme, t.share, ln(1 + (passages - coalesce(d.df, 0) + 0.5) / (coalesce(d.df, 0) + 0.5)) AS idf
    FROM term t CROSS JOIN total LEFT JOIN (SELECT lexeme, count(*) AS df FROM hit GROUP BY lexeme) d USING (lexeme)
  ),
  whole AS (
    SELECT nullif(sum(idf) FILTER (WHERE share = 1), 0) AS own, nullif(sum(idf * share), 0) AS together FROM weight
  ),
  candidate AS (
    SELECT h.id, coalesce(sum(w.idf) FILTER (WHERE w.share = 1), 0) AS own, sum(w.idf * w.share) AS together
    FROM hit h JOIN weight w USING (lexeme) GROUP BY h.id
  ),
  likely AS (
    SELECT c.*, m.search FROM candidate c JOIN matching m USING (id)
    ORDER BY c.together DESC, ts_rank(m.search, (SELECT query FROM wanted)) DESC LIMIT 200
  ),
  scored AS (
    SELECT l.id, l.own / whole.own AS coverage, l.together / whole.together AS context_coverage,
           sum(w.idf * w.share * f.closeness * f.frequency * 2.2
               / (f.frequency + 1.2 * (0.6 + 0.4 * length(l.search) / 80.0))) AS score
    FROM likely l CROSS JOIN whole CROSS JOIN LATERAL (
      SELECT spelling.lexeme, max(spelling.closeness) AS closeness,
             sum((SELECT sum(CASE at WHEN 'A' THEN 3 ELSE 1 END)::float8 FROM unnest(word.weights) at)) AS frequency
      FROM unnest(l.search) word JOIN spelling ON spelling.spelled = word.lexeme
      GROUP BY spelling.lexeme
    ) f JOIN weight w ON w.lexeme = f.lexeme
    GROUP BY l.id, l.own, l.together, whole.own, whole.together
    ORDER BY score DESC, l.id LIMIT $7
  )
  SELECT total.passages AS "passageCount", s.score, coalesce(s.coverage, 0) AS coverage,
         s.context_coverage AS "contextCoverage", p.heading, p.content, d.name AS document
  FROM total LEFT JOIN (scored s JOIN passage p USING (id) JOIN document d ON d.id = p.document_id) ON true
  ORDER BY s.score DESC NULLS LAST, p.id`);

type Row = { passageCount: number } & (FoundPassage | { [Column in keyof FoundPassage]: null });

/** Plain words for the parser: it would keep "one-time" as a third word that a passage with "one time" lacks. */
function searchable(text: string): string {
  const cut = text.length > questionMax ? `${text.slice(0, questionMax / 2)} ${text.slice(-questionMax / 2)}` : text;
  return cut.replace(/[\0\-‐‑–—]/g, " ").replace(askedMeasures, "how");
}

/** Ranks a chatflow's passages for a question, in one statement. */
export async function searchPassages(db: Database, request: SearchRequest): Promise<SearchResult> {
  const { rows } = await execute<Row>(db, searchStatement, [
    request.chatflowId,
    request.workspaceId,
    searchable(request.question),
    searchable(request.context ?? ""),
    contextWeight,
    fillers,
    request.limit,
    synonymColumns.words,
    synonymColumns.lines,
    synonymWeight,
  ]);
  return {
    passageCount: rows[0]?.passageCount ?? 0,
    found: rows.flatMap(({ passageCount: _, ...row }) => (row.content === null ? [] : [row])),
  };
}
