import type { z } from "zod";
import { AppError } from "@/lib/errors";

/**
 * Checks a use case's input.
 * @throws AppError `invalid_input` with the first message and the field it is about
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".");
  throw new AppError("invalid_input", issue?.message ?? "The input is not valid.", field ? { field } : {});
}
