import { RelativeTime, TimeUntil } from "@/components/relative-time";
import type { ApiKeyDetail, KeyToken } from "@/lib/api-keys/detail";
import { maskToken } from "@/lib/api-keys/schema";
import { Card } from "./card";
import classes from "./key.module.css";
import { StopOldToken } from "./stop-old-token";

/** A call with an old token this recent means that somebody still has it. */
const stillInUseMs = 24 * 3_600_000;

/** The tokens that work: the live one, and beside it an old one that is about to stop. */
export function TokensCard({ apiKey, canWrite, now }: { apiKey: ApiKeyDetail; canWrite: boolean; now: Date }) {
  const { id, tokens } = apiKey;
  if (tokens.length === 0) {
    return (
      <Card title="Tokens">
        <p className={classes.hint}>No token of this key works. Regenerate it to get one.</p>
      </Card>
    );
  }
  const live = tokens.find(({ stopsAt }) => stopsAt === null);
  return (
    <Card title="Tokens">
      <ul className={classes.tokens}>
        {tokens.map((token) => (
          <li key={token.createdAt.toISOString() + token.lastFour} className={classes.token}>
            <div className={classes.tokenHead}>
              <code>{maskToken(token.lastFour)}</code>
              <span className={classes.hint}>{token.stopsAt === null ? "Live" : "Old token"}</span>
            </div>
            <p className={classes.tokenFacts}>
              Made <RelativeTime date={token.createdAt} now={now} />. <LastUse token={token} now={now} />
            </p>
            {token.stopsAt && (
              <div className={classes.retiring}>
                <p className={classes.tokenFacts}>
                  Stops <TimeUntil date={token.stopsAt} now={now} />. <SafeToStop token={token} live={live} now={now} />
                </p>
                {canWrite && <StopOldToken id={id} lastFour={token.lastFour} />}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function LastUse({ token: { lastUsedAt, lastUsedAddress }, now }: { token: KeyToken; now: Date }) {
  if (!lastUsedAt) return <>Never used.</>;
  return (
    <>
      Last used <RelativeTime date={lastUsedAt} now={now} />
      {lastUsedAddress && (
        <>
          {" "}
          from <span className={classes.address}>{lastUsedAddress}</span>
        </>
      )}
      .
    </>
  );
}

function SafeToStop({ token, live, now }: { token: KeyToken; live: KeyToken | undefined; now: Date }) {
  const { lastUsedAt } = token;
  const isReplaced = !lastUsedAt || (live && lastUsedAt < live.createdAt);
  if (isReplaced) {
    return <strong className={classes.safe}>Safe to stop: not used since the new token was made.</strong>;
  }
  if (now.getTime() - lastUsedAt.getTime() > stillInUseMs) {
    return <strong className={classes.safe}>Safe to stop: not used for a day.</strong>;
  }
  return (
    <strong className={classes.unsafe}>
      Still in use: the last call came <RelativeTime date={lastUsedAt} now={now} />.
    </strong>
  );
}
