import { IconLock } from "@tabler/icons-react";
import Link from "next/link";
import type { AccessKind } from "@/lib/chatflows/schema";
import classes from "../sharing.module.css";

/** Why nobody sees what is set here yet. */
export function AccessNotice({ access, chatflowId }: { access: Exclude<AccessKind, "public">; chatflowId: string }) {
  return (
    <p className={classes.notice}>
      <IconLock size={16} stroke={1.7} aria-hidden="true" />
      <span>
        {access === "key"
          ? "A key guards this chatflow, so it has no shared page. Websites reach it through your own server. "
          : "This chatflow is closed, so it has no shared page yet. "}
        To open it to everybody, press “API code” on <Link href={`/chatflows/${chatflowId}`}>its page</Link> and choose
        “No authorization (public)”.
      </span>
    </p>
  );
}
