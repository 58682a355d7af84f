import { z } from "zod";

/** Whether a parameter is as good as absent: some clients fill every field in. */
function asksNothing(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === 0 || value === "";
}

/**
 * A parameter without which the answer would be another than was asked for. No chatflow can do what it
 * says, so it is refused, unless it asks nothing.
 */
export const unsupported = (field: string, why: string) =>
  z.unknown().refine(asksNothing, `${why}: leave ${field} out.`).optional();

export const noProbabilities = "A chatflow gives no probabilities";
export const noTools = "A chatflow calls no tools of its caller";

/** `tools` and `tool_choice`, as both APIs have them. Tools that may not be called anyway are no reason to refuse. */
export function refuseTools(body: { tools?: unknown; tool_choice?: unknown }, ctx: z.RefinementCtx): void {
  const choice = body.tool_choice ?? "auto";
  if (choice === "none") return;
  const refused = asksNothing(body.tools) ? choice !== "auto" && "tool_choice" : "tools";
  if (refused) ctx.addIssue({ code: "custom", path: [refused], message: `${noTools}: leave ${refused} out.` });
}
