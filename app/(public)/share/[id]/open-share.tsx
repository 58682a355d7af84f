"use client";

import { Button } from "@mantine/core";
import { IconDownload, IconEye } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { downloadEnv } from "@/components/download-env";
import { FailureAlert } from "@/components/failure-alert";
import { TokenField } from "@/components/token-field";
import { useLeaveGuard } from "@/components/use-leave-guard";
import { useSubmit } from "@/components/use-submit";
import { openSealed } from "@/lib/shares/seal";
import { openShareAction } from "./actions";
import classes from "./share.module.css";
import { useFragment } from "./use-fragment";

const unreachable =
  "Flowlatch could not be reached. Check your connection and try again; if the link is gone then, ask for a new one.";

/** Shows a shared token after a click, once. */
export function OpenShare({ id }: { id: string }) {
  const fragment = useFragment(id);
  /** The token, or null when what came could not be decrypted. */
  const [token, setToken] = useState<string | null>();
  const [isDecrypting, setIsDecrypting] = useState(false);
  const key = fragment.kind === "key" ? fragment.key : "";
  const { submit, failure, isPending } = useSubmit<{ ciphertext: string }>(unreachable, async ({ ciphertext }) => {
    setIsDecrypting(true);
    setToken(await openSealed({ id, ciphertext, fragment: key }).catch(() => null));
  });

  if (token) return <ShownToken token={token} onLeave={() => setToken(null)} />;
  if (token === null) {
    return (
      <Told title="This link is used up">
        The API key can not be shown again. Ask whoever sent the link for a new one.
      </Told>
    );
  }
  if (failure?.code === "not_found" || failure?.code === "invalid_input") {
    return (
      <Told title="This link does not work any more">
        A link shows its API key one time, within 24 hours. This one was opened before, has expired, or was withdrawn.
        Ask whoever sent it for a new one. If nobody you know opened it, tell them: the key should be regenerated.
      </Told>
    );
  }
  if (fragment.kind === "insecure") {
    return (
      <Told title="This page needs https">
        Your browser decrypts only on https. Ask whoever sent the link for one that begins with https; this one is not
        used up.
      </Told>
    );
  }
  if (fragment.kind === "incomplete") {
    return (
      <Told title="This link is not complete">
        Part of it is missing, perhaps because it was cut off when it was copied, or the page was loaded again. Open the
        whole link once more; it is not used up.
      </Told>
    );
  }
  return (
    <>
      <h1 className={classes.title}>An API key for you</h1>
      <p className={classes.lead}>
        Somebody shared an API key with you. It can be shown one time only, so have a place ready to keep it.
      </p>
      <div className={classes.body}>
        <FailureAlert message={failure?.message} />
        <Button
          size="md"
          leftSection={<IconEye size={18} stroke={1.7} aria-hidden="true" />}
          disabled={fragment.kind === "reading"}
          loading={isPending || isDecrypting}
          onClick={() => submit(() => openShareAction({ id }))}
        >
          Show the API key
        </Button>
      </div>
      <noscript>
        <p className={classes.lead}>This page decrypts the key in your browser and needs JavaScript for it.</p>
      </noscript>
    </>
  );
}

function ShownToken({ token, onLeave }: { token: string; onLeave: () => void }) {
  const [isKept, setIsKept] = useState(false);
  // There is no going back to it, nor does a page that the browser puts aside come back with the token.
  useLeaveGuard(!isKept, () => {}, onLeave);
  return (
    <Told
      title="Your API key"
      body={
        <>
          <TokenField token={token} onKept={() => setIsKept(true)} />
          <Button
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.7} aria-hidden="true" />}
            onClick={() => {
              downloadEnv(token);
              setIsKept(true);
            }}
          >
            Download .env
          </Button>
        </>
      }
    >
      Copy it now: the link is used up, and when you leave this page the key is gone from it. Keep it where your
      application keeps its secrets, and send it with each call as <code>Authorization: Bearer …</code>
    </Told>
  );
}

/** What became of the link; takes the focus, so that it is read out. */
function Told({ title, children, body }: { title: string; children: ReactNode; body?: ReactNode }) {
  const headingRef = useRef<HTMLHeadingElement>(null);
  useEffect(() => headingRef.current?.focus(), []);
  return (
    <>
      <h1 ref={headingRef} tabIndex={-1} className={classes.title}>
        {title}
      </h1>
      <p className={classes.lead}>{children}</p>
      {body && <div className={classes.body}>{body}</div>}
    </>
  );
}
