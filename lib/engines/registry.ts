import "server-only";
import { type EngineConfig, engineConfigSchema } from "@/lib/engines/config";
import type { Engine } from "@/lib/engines/engine";
import { flowiseEngine } from "@/lib/engines/flowise/flowise";
import { knowledgeEngine } from "@/lib/engines/knowledge/knowledge";
import { modelEngine } from "@/lib/engines/model/model";
import { AppError } from "@/lib/errors";

/**
 * A chatflow's stored configuration, checked.
 * @throws AppError `internal` when it cannot be read: its kind is gone, or a row was edited by hand
 */
export function readEngineConfig(stored: unknown): EngineConfig {
  const result = engineConfigSchema.safeParse(stored);
  if (result.success) return result.data;
  throw new AppError(
    "internal",
    "This chatflow’s engine settings cannot be read. Its operator has to save them again.",
    { cause: result.error },
  );
}

/** The engine that a configuration describes, bound to it. */
export function engineOf(config: EngineConfig): Engine {
  switch (config.kind) {
    case "knowledge":
      return knowledgeEngine(config);
    case "model":
      return modelEngine(config);
    case "flowise":
      return flowiseEngine(config);
  }
}

/**
 * The engine that a chatflow's stored configuration describes, bound to it.
 * @throws AppError `internal` when the configuration cannot be read
 */
export function engineFor(stored: unknown): Engine {
  return engineOf(readEngineConfig(stored));
}

/**
 * Whether callers may send pictures with a question.
 * @throws AppError `internal` when the configuration cannot be read
 */
export function takesImages(stored: unknown): boolean {
  const config = readEngineConfig(stored);
  if (config.kind === "model") return config.allowImages;
  return config.kind === "flowise" && config.passUploads;
}
