import { createHash, randomUUID } from "node:crypto";
import { Pool } from "pg";
import { ask } from "../../../model.js";

const pool = new Pool({ connectionString: process.env.BENCH_DATABASE, max: 10 });

/** What one would write in an afternoon: one indexed read, the model, one insert. No limits, no roles, no history of keys. */
export async function POST(incoming) {
  const token = incoming.headers.get("authorization")?.slice("Bearer ".length) ?? "";
  const digest = createHash("sha256").update(token).digest();
  const { rows } = await pool.query("SELECT id FROM naive_key WHERE digest = $1", [digest]);
  if (rows.length === 0) return Response.json({ message: "Unauthorized" }, { status: 401 });
  const { question } = await incoming.json();
  const text = await ask(question);
  await pool.query("INSERT INTO naive_call (id, key_id, question, answer, created_at) VALUES ($1, $2, $3, $4, now())", [
    randomUUID(),
    rows[0].id,
    question,
    text,
  ]);
  return Response.json({ text });
}
