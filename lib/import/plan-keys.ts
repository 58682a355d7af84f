import { sayDays, sayTime } from "@/lib/api-keys/times";
import { lastFourOf, parseToken, sourceOf, type Token } from "@/lib/api-keys/token";
import type { Existing } from "@/lib/import/existing";
import type { FlowiseKey } from "@/lib/import/flowise-data";
import { freeName, tidyName } from "@/lib/import/names";
import type { ReportedKey } from "@/lib/import/schema";
import { foldName } from "@/lib/names";

/** What a key is called whose name at Flowise says nothing. */
const namelessKey = "Flowise key";

/** Of 43 random characters about 31 differ; with fewer than this many somebody made the token up. */
const leastDistinct = 16;

const dayMs = 86_400_000;

/** A key as it will be made, or why not. `token` and `expiresAt` are for one that is made. */
export interface PlannedKey extends ReportedKey {
  token: Token | null;
  expiresAt: Date | null;
}

/** The token of a key that may be imported. */
export function importableToken({ token }: FlowiseKey): Token | null {
  const parsed = parseToken(token.trim());
  return parsed && sourceOf(parsed) === "flowise" && new Set(parsed).size >= leastDistinct ? parsed : null;
}

export function tidyKeyName({ name }: FlowiseKey): string {
  return tidyName(name, namelessKey);
}

interface Planning {
  existing: Existing;
  skipped: ReadonlySet<string>;
  now: Date;
}

/**
 * What becomes of each key, in their order. Of several with one token the first is taken; the ids of the
 * others lead to it as well.
 * @returns the keys, and the key that each of Flowise's ids stands for here
 */
export function planKeys(keys: FlowiseKey[], { existing, skipped, now }: Planning) {
  const names = new Set(existing.keyNames);
  const byToken = new Map<Token, PlannedKey>();
  const byId = new Map<string, PlannedKey>();
  const days = existing.maxKeyLifetimeDays;
  const expiresAt = days === null ? null : new Date(now.getTime() + days * dayMs);

  const plan = (key: FlowiseKey): PlannedKey => {
    const token = importableToken(key);
    const tidied = tidyKeyName(key);
    const lastFour = token && lastFourOf(token);
    const base = { sourceId: key.id, id: null, name: tidied, lastFour, token: null, expiresAt: null };
    const leftOut = (note: string): PlannedKey => ({ ...base, outcome: "left-out", notes: [note] });
    if (skipped.has(key.id)) return leftOut("You chose to leave it out.");
    if (!token) return leftOut("Its token is none that Flowise makes: 43 random letters, digits, “-” and “_”.");
    const same = byToken.get(token);
    if (same) {
      byId.set(key.id, same);
      return leftOut(`It has the same token as “${same.name}”.`);
    }
    const known = existing.tokens.get(token);
    if (known && !known.isOwn) return leftOut("Its token is in use on this Flowlatch already, in another workspace.");
    if (known) {
      const note = known.hasEnded
        ? "It was imported before. Its token has been replaced or ended since, and stays so."
        : "It was imported before, and is left as it is.";
      return remember(token, { ...base, id: known.key.id, name: known.key.name, outcome: "here", notes: [note] });
    }
    const name = freeName(tidied, names);
    names.add(foldName(name));
    const notes = [
      ...(tidied !== key.name.normalize("NFC").trim() ? ["Its name at Flowise is not allowed here."] : []),
      ...(name !== tidied ? [`The name “${tidied}” is taken.`] : []),
      ...(expiresAt && days ? [`It expires on ${sayTime(expiresAt)}: keys may live ${sayDays(days)} here.`] : []),
    ];
    return remember(token, { ...base, name, token, expiresAt, outcome: "made", notes });
  };
  const remember = (token: Token, planned: PlannedKey) => {
    byToken.set(token, planned);
    byId.set(planned.sourceId, planned);
    return planned;
  };
  return { keys: keys.map(plan), byId: byId as ReadonlyMap<string, PlannedKey> };
}
