import { database } from "@/lib/db/client";
import { migrationState } from "@/lib/db/migration-state";
import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";

export const dynamic = "force-dynamic";

/** Calls can be answered: the database is there and has every migration. Else 503. */
export async function GET(request: Request) {
  try {
    const { pending } = await migrationState(process.cwd(), database().pool);
    if (pending.length > 0) {
      throw new AppError("database_unavailable", "The database lacks migrations of this version.", {
        retryAfterSeconds: 5,
      });
    }
    return Response.json({ status: "ok" }, { headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    return problemResponse(error, requestIdOf(request.headers));
  }
}
