import { type ModelConfig, variableMaxLength } from "@/lib/engines/config";
import { placeholderPattern } from "@/lib/engines/model/placeholders";
import { AppError } from "@/lib/errors";

type Variable = ModelConfig["variables"][number];

function refused(name: string, rule: string): AppError {
  const field = `overrideConfig.vars.${name}`;
  return new AppError("invalid_input", `${field} ${rule}`, { field });
}

/** A caller's value as the text it is inserted as; null and absent leave the default. */
function textOf({ name, default: fallback }: Variable, given: unknown): string {
  if (given === undefined || given === null) return fallback;
  if (typeof given !== "string" && typeof given !== "number" && typeof given !== "boolean") {
    throw refused(name, "must be text.");
  }
  const text = String(given);
  if (text.length > variableMaxLength) {
    throw refused(name, `can have at most ${variableMaxLength.toLocaleString("en")} characters.`);
  }
  return text.toWellFormed();
}

/**
 * The declared variables with the caller's values; what was not declared is ignored.
 * @param vars `overrideConfig.vars` as it was sent
 * @throws AppError `invalid_input` naming the field
 */
export function readVariables(declared: Variable[], vars: unknown): Map<string, string> {
  if (vars !== undefined && vars !== null && (typeof vars !== "object" || Array.isArray(vars))) {
    throw new AppError("invalid_input", "overrideConfig.vars must be an object.", { field: "overrideConfig.vars" });
  }
  const given = new Map(Object.entries(vars ?? {}));
  return new Map(declared.map((variable) => [variable.name, textOf(variable, given.get(variable.name))]));
}

/** Puts values in the places of `{{name}}`, once: braces inside a value are text. Unknown names stay as they are. */
export function fillIn(template: string, values: Map<string, string>): string {
  return template.replace(placeholderPattern, (place, name: string) => values.get(name) ?? place);
}
