"use client";

import { Button, Modal } from "@mantine/core";
import { IconAlertTriangle, IconDownload } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { downloadEnv } from "./download-env";
import classes from "./issued-key-dialog.module.css";
import { ShareOnce } from "./share-once";
import { TokenField } from "./token-field";
import { useLeaveGuard } from "./use-leave-guard";

interface Props {
  /** The key just issued. Held in one `useState` of the caller, and nowhere else. */
  issued: IssuedApiKey | null;
  /** Must set `issued` to null: from then on the token is nowhere. */
  onDone: () => void;
  /** What to do with the key now; a default is given. */
  next?: ReactNode;
}

/** Shows a token the one time it can be read, and does not close unnoticed before it was kept. */
export function IssuedKeyDialog({ issued, onDone, next }: Props) {
  return issued && <IssuedKey key={issued.token} issued={issued} onDone={onDone} next={next} />;
}

function IssuedKey({ issued, onDone, next }: Props & { issued: IssuedApiKey }) {
  const { name, token } = issued;
  const [isKept, setIsKept] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const close = () => (isKept ? onDone() : setIsAsking(true));
  const keep = () => {
    setIsKept(true);
    setIsAsking(false);
  };
  useLeaveGuard(!isKept, () => setIsAsking(true), onDone);

  return (
    <Modal opened onClose={close} title="Copy your API key" size="lg" returnFocus={false}>
      <p className={classes.lead}>
        This is the token of <bdi className={classes.name}>{name}</bdi>. It is shown only now: Flowlatch keeps a
        fingerprint of it, not the token.
      </p>
      <TokenField token={token} onKept={keep} />
      <ShareOnce issued={issued} onKept={keep} />
      <div className={classes.next}>{next ?? <DefaultNext />}</div>
      {isAsking ? (
        <CloseQuestion onKeepOpen={() => setIsAsking(false)} onClose={onDone} />
      ) : (
        <div className={classes.footer}>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.7} aria-hidden="true" />}
            onClick={() => {
              downloadEnv(token);
              keep();
            }}
          >
            Download .env
          </Button>
          <Button variant={isKept ? "filled" : "default"} onClick={close}>
            Done
          </Button>
        </div>
      )}
    </Modal>
  );
}

function DefaultNext() {
  return (
    <>
      <p className={classes.nextTitle}>What to do next</p>
      <ol className={classes.steps}>
        <li>Keep it where your application keeps its secrets.</li>
        <li>Assign the key to a chatflow: until then it opens nothing.</li>
        <li>
          Send it with each call as <code>Authorization: Bearer …</code>
        </li>
      </ol>
    </>
  );
}

function CloseQuestion({ onKeepOpen, onClose }: { onKeepOpen: () => void; onClose: () => void }) {
  return (
    <div className={classes.question} role="alert">
      <p className={classes.questionText}>
        <IconAlertTriangle size={18} stroke={1.7} aria-hidden="true" />
        You have not copied this key. It cannot be shown again.
      </p>
      <div className={classes.questionButtons}>
        <Button variant="default" autoFocus onClick={onKeepOpen}>
          Keep open
        </Button>
        <Button color="red" onClick={onClose}>
          Close without copying
        </Button>
      </div>
    </div>
  );
}
