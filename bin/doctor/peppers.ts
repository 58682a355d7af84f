import { pepperUse } from "@/lib/api-keys/pepper-use";
import type { Database } from "@/lib/db/client";
import { about, type Finding } from "./finding.ts";

const { ok, warning } = about("peppers");

const tokens = (count: number) => (count === 1 ? "1 token" : `${count.toLocaleString("en")} tokens`);

/** Which peppers tokens still depend on: whether an older one can be removed, and whether one was too early. */
export async function examinePeppers(db: Database): Promise<Finding[]> {
  const { peppers, unknown } = await pepperUse(db);
  const unlisted = peppers.filter(({ place }) => place === null).reduce((sum, use) => sum + use.tokens, 0);
  const older = peppers.filter(({ place }) => place !== null && place > 0);
  const findings: Finding[] = [];
  if (unlisted > 0) {
    findings.push(
      warning(
        `${tokens(unlisted)} under a pepper that FLOWLATCH_PEPPER does not list: refused.`,
        "List that pepper again, behind the others, or regenerate their keys.",
      ),
    );
  }
  if (older.length > 0) {
    const waiting = older.reduce((sum, use) => sum + use.tokens, 0) + unknown;
    findings.push(
      ok(
        waiting === 0
          ? "No token is under an older pepper: it can be removed."
          : `${tokens(waiting)} may still be under an older pepper; each moves with its next call.`,
      ),
    );
  }
  return findings;
}
