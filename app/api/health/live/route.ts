export const dynamic = "force-dynamic";

/** The process answers. Says nothing about the database: a restart would not mend that. */
export function GET() {
  return Response.json({ status: "ok" }, { headers: { "Cache-Control": "no-store" } });
}
