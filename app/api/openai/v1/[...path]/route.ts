import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";
import { openAiErrorAnswer } from "@/lib/openai/error";

async function unknownUrl(): Promise<Response> {
  throw new AppError("not_found", "Unknown request URL. There are chat/completions, responses and models here.");
}

/** What else OpenAI's clients may ask for, answered so that they can read it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute(
  { GET: unknownUrl, POST: unknownUrl, PUT: unknownUrl, PATCH: unknownUrl, DELETE: unknownUrl, OPTIONS: unknownUrl },
  { errorAnswer: openAiErrorAnswer },
);
