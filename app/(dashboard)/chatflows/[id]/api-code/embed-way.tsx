import { SegmentedControl } from "@mantine/core";
import Link from "next/link";
import { useState } from "react";
import type { AccessKind } from "@/lib/chatflows/schema";
import type { ChatLook } from "@/lib/sharing/chat-look";
import { type EmbedLook, htmlEmbed, reactEmbed } from "@/lib/snippets/embed";
import { proxySample } from "@/lib/snippets/proxy";
import { tokenVariable } from "@/lib/snippets/snippet";
import classes from "./api-code.module.css";
import { Code } from "./code";
import { CopyButton } from "./copy-button";

const looks = [
  { value: "popup", label: "Popup" },
  { value: "page", label: "Full page" },
];
const languages = [
  { value: "html", label: "HTML" },
  { value: "react", label: "React" },
];

interface Props {
  baseUrl: string;
  chatflowId: string;
  chat: ChatLook;
  access: AccessKind;
}

/** The chat on a website of the integrator's. */
export function EmbedWay({ access, ...input }: Props) {
  return access === "public" ? <PublicEmbed {...input} /> : <GuardedEmbed {...input} isClosed={access === "closed"} />;
}

function PublicEmbed(input: Omit<Props, "access">) {
  const [look, setLook] = useState<EmbedLook>("popup");
  const [language, setLanguage] = useState("html");
  const code = (language === "html" ? htmlEmbed : reactEmbed)({ ...input, look });
  return (
    <>
      <p className={classes.wayText}>
        Put this into your website. Its address has to be among the websites in the chatflow’s{" "}
        <Link href={`/chatflows/${input.chatflowId}/sharing`}>sharing settings</Link>, where the title and the colours
        below are from.
      </p>
      <div className={classes.choices}>
        <SegmentedControl
          size="xs"
          aria-label="Look"
          data={looks}
          value={look}
          onChange={(value) => setLook(value as EmbedLook)}
        />
        <SegmentedControl size="xs" aria-label="Language" data={languages} value={language} onChange={setLanguage} />
        <CopyButton key={code} text={code} label="Copy sample" variant="default" size="xs" />
      </div>
      <Code
        label={language === "html" ? "HTML" : "React"}
        grammar={language === "html" ? "xml" : "javascript"}
        code={code}
      />
    </>
  );
}

function GuardedEmbed({ isClosed, baseUrl, chatflowId }: Omit<Props, "access"> & { isClosed: boolean }) {
  const code = proxySample({ baseUrl, chatflowId });
  return (
    <>
      <p className={classes.wayText}>
        {isClosed ? "This chatflow is closed, so a website cannot call it. " : "A key guards this chatflow. "}
        Whatever a website’s code holds, all its visitors can read: an API key must not be in it. Open the chatflow to
        everybody under “Authorization”, or {isClosed && "choose a key there and "}let a server of yours add the key, as
        this one does, and give its address to the widget as <code>apiHost</code>.
      </p>
      <div className={classes.choices}>
        <span className={classes.name}>Your own server, with Node</span>
        <CopyButton key={code} text={code} label="Copy sample" variant="default" size="xs" />
      </div>
      <Code label="Server" grammar="javascript" code={code} />
      <p className={classes.hint}>
        Set the key once where it runs: <code>export {tokenVariable}=flk_…</code>
      </p>
    </>
  );
}
