import { Button, TextInput } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import Link from "next/link";
import type { AccessKind } from "@/lib/chatflows/schema";
import { rootOf } from "@/lib/snippets/snippet";
import classes from "./api-code.module.css";
import { CopyButton } from "./copy-button";

interface Props {
  baseUrl: string;
  chatflowId: string;
  access: AccessKind;
}

/** The chat as a page to send people to. */
export function ShareWay({ baseUrl, chatflowId, access }: Props) {
  const settings = <Link href={`/chatflows/${chatflowId}/sharing`}>sharing settings</Link>;
  if (access !== "public") {
    return (
      <p className={classes.wayText}>
        {access === "key"
          ? "A key guards this chatflow, and people who open a link have none. So it has no shared page. "
          : "This chatflow is closed, so it has no shared page. "}
        Open it to everybody under “Authorization” to get one; how it looks is in its {settings}. To let in only people
        you know, put a page of your own before a server that adds the key: see “Embed”.
      </p>
    );
  }
  const link = `${rootOf({ baseUrl })}/chat/${chatflowId}`;
  return (
    <>
      <p className={classes.wayText}>
        Everybody who has this link can talk with the chatflow. How the page looks is in its {settings}.
      </p>
      <div className={classes.link}>
        <TextInput
          label="Link"
          className={classes.grow}
          value={link}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={link} label="Copy link" variant="default" />
        <Button
          component="a"
          href={link}
          target="_blank"
          rel="noopener"
          variant="default"
          leftSection={<IconExternalLink size={16} stroke={1.7} aria-hidden="true" />}
        >
          Open
        </Button>
      </div>
    </>
  );
}
