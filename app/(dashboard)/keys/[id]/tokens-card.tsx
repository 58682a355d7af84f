import { RelativeTime, TimeUntil } from "@/components/relative-time";
import type { ApiKeyDetail, KeyToken } from "@/lib/api-keys/detail";
import { oldTokenAdvice, oldTokenUse } from "@/lib/api-keys/old-token";
import { maskToken } from "@/lib/api-keys/schema";
import { Card } from "./card";
import classes from "./key.module.css";
import { StopOldToken } from "./stop-old-token";

const titleId = "key-tokens";

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
  const live = tokens.find(({ stopsAt }) => stopsAt === null) ?? null;
  return (
    <Card titleId={titleId} title="Tokens">
      <ul className={classes.tokens}>
        {tokens.map((token) => (
          <li key={token.createdAt.toISOString() + token.lastFour} className={classes.token}>
            <div className={classes.tokenHead}>
              <code>{maskToken(token.lastFour, token.source)}</code>
              <span className={classes.hint}>{token.stopsAt === null ? "Live" : "Old token"}</span>
            </div>
            <p className={classes.tokenFacts}>
              Made <RelativeTime date={token.createdAt} now={now} />. <LastUse token={token} now={now} />
            </p>
            {token.source === "flowise" && (
              <p className={classes.tokenFacts}>
                Imported from Flowise.
                {token.stopsAt === null && canWrite && " Regenerate it to get a token that scanners recognise."}
              </p>
            )}
            {token.stopsAt && (
              <div className={classes.retiring}>
                <p className={classes.tokenFacts}>
                  Stops <TimeUntil date={token.stopsAt} now={now} />. <SafeToStop token={token} live={live} now={now} />
                </p>
                {canWrite && <StopOldToken id={id} masked={maskToken(token.lastFour, token.source)} next={titleId} />}
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

function SafeToStop({ token, live, now }: { token: KeyToken; live: KeyToken | null; now: Date }) {
  const use = oldTokenUse(token, live, now);
  if (use !== "in-use") return <strong className={classes.safe}>{oldTokenAdvice[use]}</strong>;
  return (
    <strong className={classes.unsafe}>
      {oldTokenAdvice[use]}
      {token.lastUsedAt && (
        <>
          {" "}
          The last call came <RelativeTime date={token.lastUsedAt} now={now} />.
        </>
      )}
    </strong>
  );
}
