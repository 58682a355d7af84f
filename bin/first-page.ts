import { setupCode } from "@/lib/auth/setup-code";
import { prepareDatabase } from "@/lib/db/prepare";
import { AppError, isDatabaseUnavailable } from "@/lib/errors";
import { migrationUrl, root, type Settings } from "./deployment.ts";
import { StopError } from "./stop-error.ts";

/**
 * Brings the database up to date, and tells where a person begins: on the sign-in page, or with the setup code as
 * long as nobody has an account.
 * @returns an address to open
 * @throws StopError when the database is away or newer than this version, or a migration fails
 */
export async function firstPage(settings: Settings): Promise<string> {
  const given = migrationUrl(settings);
  const url = given ?? process.env.DATABASE_URL ?? "";
  try {
    const { hasAccount } = await prepareDatabase({ root, url, isShared: given !== null });
    return hasAccount ? settings.address : `${settings.address}/setup?code=${setupCode()}`;
  } catch (error) {
    const { host, pathname } = new URL(url);
    if (isDatabaseUnavailable(error)) throw new StopError(`The database ${host}${pathname} cannot be reached.`);
    if (error instanceof AppError) throw new StopError(error.message);
    throw new StopError(`The migrations could not be applied: ${(error as Error).message}`);
  }
}
