import { Button } from "@mantine/core";
import { useState } from "react";
import dialog from "@/components/dialog.module.css";
import { TokenField } from "@/components/token-field";
import { sayTime } from "@/lib/api-keys/times";

export interface MadeLink {
  name: string;
  /** In this state alone: no page or answer repeats it. */
  code: string;
  expiresAt: Date;
}

/** A link with which somebody chooses a password, the one time it can be read. */
export function ShownLink({ link: { name, code, expiresAt }, onClose }: { link: MadeLink; onClose: () => void }) {
  const [isKept, setIsKept] = useState(false);
  return (
    <div className={dialog.form}>
      <p className={dialog.text}>
        Send this link to <bdi className={dialog.name}>{name}</bdi>, who chooses a password with it and is signed in. It
        works once, until {sayTime(expiresAt)}. Whoever has it can sign in as them, so send it to nobody else.
      </p>
      <TokenField
        kind="link"
        label="Link to choose a password"
        token={`${location.origin}/password#${code}`}
        onKept={() => setIsKept(true)}
      />
      <div className={dialog.buttons}>
        <Button variant={isKept ? "filled" : "default"} onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
