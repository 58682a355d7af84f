import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";

async function unknownPath(): Promise<Response> {
  throw new AppError("not_found", "There is nothing at this address.");
}

/** Whoever calls an API path that does not exist reads problem+json, not a web page. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: unknownPath,
  POST: unknownPath,
  PUT: unknownPath,
  PATCH: unknownPath,
  DELETE: unknownPath,
  OPTIONS: unknownPath,
});
