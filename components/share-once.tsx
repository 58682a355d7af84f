"use client";

import { Button } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useState } from "react";
import { shareTokenAction } from "@/app/(dashboard)/share-token-action";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { sayTime } from "@/lib/api-keys/times";
import type { ActionResult } from "@/lib/auth/action";
import { canSeal, sealToken } from "@/lib/shares/seal";
import { FailureAlert } from "./failure-alert";
import classes from "./share-once.module.css";
import { TokenField } from "./token-field";
import { useSubmit } from "./use-submit";

interface SharedLink {
  /** Holds the key to the token: kept like the token itself, in this state alone. */
  url: string;
  expiresAt: Date;
}

const needsHttps = {
  code: "insecure",
  message: "A link is encrypted by your browser, which does so on https only. Open Flowlatch over https to share.",
};

async function share({ id: apiKeyId, token }: IssuedApiKey): Promise<ActionResult<SharedLink>> {
  if (!canSeal()) return { ok: false, error: needsHttps };
  const { id, ciphertext, fragment } = await sealToken(token);
  const result = await shareTokenAction({ id, apiKeyId, lastFour: token.slice(-4), ciphertext });
  if (!result.ok) return result;
  const url = `${location.origin}/share/${id}#${fragment}`;
  return { ok: true, data: { url, expiresAt: result.data.expiresAt } };
}

/** Hands a token over by a link that shows it one time. */
export function ShareOnce({ issued, onKept }: { issued: IssuedApiKey; onKept: () => void }) {
  const [link, setLink] = useState<SharedLink | null>(null);
  const { submit, failure, isPending } = useSubmit<SharedLink>(
    "No answer came: a link may have been made, but nobody has it. Try again.",
    setLink,
  );
  if (link) {
    return (
      <div className={classes.link}>
        <TokenField
          kind="link"
          token={link.url}
          onKept={onKept}
          description={`Shows the key to the first who opens it, until ${sayTime(link.expiresAt)}.`}
        />
      </div>
    );
  }
  return (
    <div className={classes.offer}>
      <p className={classes.why}>For somebody else? A link shows the key one time within 24 hours.</p>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconLink size={15} stroke={1.7} aria-hidden="true" />}
        loading={isPending}
        onClick={() => submit(() => share(issued))}
      >
        Share once
      </Button>
      <FailureAlert message={failure?.message} />
    </div>
  );
}
