import { readFileSync } from "node:fs";
import path from "node:path";
import type { Pool } from "pg";

/** Next's own list of what the build can be made to run by a POST. */
interface ActionManifest {
  node: Record<string, { exportedName: string; workers: Record<string, unknown> }>;
}

/** A server action of the build. */
export interface Action {
  id: string;
  name: string;
  /** A page that has the action. */
  address: string;
}

/** Reads one of the lists that Next leaves in a build. */
function readManifest<Shape>(name: string): Shape {
  const file = path.join(path.dirname(import.meta.dirname), ".next/server", name);
  return JSON.parse(readFileSync(file, "utf8")) as Shape;
}

/** The path of "/(dashboard)/chatflows/[id]/page", parameters in brackets: "/chatflows/[id]". */
function pathOf(entry: string): string {
  const parts = entry.split("/").slice(1, -1);
  return `/${parts.filter((part) => !part.startsWith("(")).join("/")}`;
}

/** The address of "/(dashboard)/chatflows/[id]/page", this id in place of each parameter. */
function addressOf(entry: string, id: string): string {
  return pathOf(entry).replace(/\[[^/]+\]/g, id);
}

/** Every server action of the build. */
export function actionsOf(chatflowId: string): Action[] {
  const { node } = readManifest<ActionManifest>("server-reference-manifest.json");
  return Object.entries(node).map(([id, { exportedName: name, workers }]) => {
    const [worker = ""] = Object.keys(workers);
    return { id, name, address: addressOf(worker.replace(/^app/, ""), chatflowId) };
  });
}

/** The addresses of every page or route of the build below a folder of app/. */
export function addressesOf(kind: "page" | "route", folder: string, id: string): string[] {
  const entries = Object.keys(readManifest<Record<string, string>>("app-paths-manifest.json"));
  return entries
    .filter((entry) => entry.startsWith(`/${folder}/`) && entry.endsWith(`/${kind}`))
    .map((entry) => addressOf(entry, id));
}

/** The paths of all pages, or of all routes, of the build, parameters in brackets. */
export function pathsOf(kind: "page" | "route"): string[] {
  const entries = Object.keys(readManifest<Record<string, string>>("app-paths-manifest.json"));
  return entries.filter((entry) => entry.endsWith(`/${kind}`)).map(pathOf);
}

/** Everything there is, as one digest a table. */
export async function everyRow(db: Pool): Promise<Record<string, string>> {
  const { rows: tables } = await db.query<{ name: string }>(
    // Refused calls are written down a second later: an earlier test's would come in between.
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'refused_call' ORDER BY 1",
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    // When somebody was last here is written down after the answer.
    const row = "(to_jsonb(t) - 'last_seen_at')::text";
    const { rows } = await db.query(`SELECT md5(string_agg(${row}, '|' ORDER BY ${row})) AS digest FROM "${name}" t`);
    digests[name] = rows[0]?.digest;
  }
  return digests;
}
