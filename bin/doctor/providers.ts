import type { Context } from "@/lib/context";
import { toAppError } from "@/lib/errors";
import { connectionOf } from "@/lib/providers/connection";
import { listProviders } from "@/lib/providers/list";
import { readProvider } from "@/lib/providers/saved";
import type { ProviderSummary } from "@/lib/providers/schema";
import { testConnection } from "@/lib/providers/test-connection";
import { about, type Finding } from "./finding.ts";

const { ok, failure } = about("providers");

async function isReadable(ctx: Context, id: string): Promise<boolean> {
  const saved = await readProvider(ctx, id);
  try {
    connectionOf(saved);
    return true;
  } catch {
    return false;
  }
}

async function call(ctx: Context, { id, name, kind, baseUrl }: ProviderSummary): Promise<Finding> {
  try {
    return ok(`“${name}”: ${(await testConnection(ctx, { id, kind, baseUrl })).message}`);
  } catch (error) {
    return failure(`“${name}”: ${toAppError(error).message}`, "Correct it under Settings, Providers.");
  }
}

/**
 * Where models run: their credentials can be read with today's keys and, on request, each answers.
 * @param isCalled whether they are called, over the network and with their credentials
 */
export async function examineProviders(ctx: Context, isCalled: boolean): Promise<Finding[]> {
  const providers = await listProviders(ctx);
  const findings: Finding[] = [];
  for (const provider of providers) {
    if (!(await isReadable(ctx, provider.id))) {
      findings.push(
        failure(
          `The API key of “${provider.name}” does not decrypt with any FLOWLATCH_ENCRYPTION_KEY.`,
          "Enter it again under Settings, Providers, or add the key it was saved with behind the newest one.",
        ),
      );
    } else if (isCalled) findings.push(await call(ctx, provider));
  }
  if (findings.length > 0) return findings;
  if (providers.length === 0) return [ok("There are none.")];
  return [ok(`${providers.length} saved, with API keys that can be read. Add --providers to call them.`)];
}
