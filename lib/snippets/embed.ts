import type { ChatLook } from "@/lib/sharing/chat-look";
import { quoted, rootOf } from "./snippet";
import { widgetTheme } from "./widget-theme";

/** Where the website widget's script is: a file of this deployment's own (flowise-embed, Flowise's widget). */
export const widgetScript = "/embed/widget.js";

/** A button in the corner that opens the chat, or a page that is the chat. */
export type EmbedLook = "popup" | "page";

export interface EmbedInput {
  /** The deployment's address, such as https://keys.example.com. */
  baseUrl: string;
  chatflowId: string;
  look: EmbedLook;
  /** What the operator chose in the sharing settings: title, colours, avatar and welcome. */
  chat: ChatLook;
}

/** A string literal that cannot end the script element it stands in. */
const inScript = (text: string) => quoted(text).replaceAll("<", "\\u003c");

/** An object as one writes it: names bare, each line indented. A line that begins with a quote begins with a name, as there are no lists. */
function literal(value: object, indent: string): string {
  const json = JSON.stringify(value, null, 2).replaceAll("<", "\\u003c");
  return json
    .replace(/^( +)"(\w+)":/gm, "$1$2:")
    .replace(/([^,{\n])$(?=\n)/gm, "$1,")
    .replaceAll("\n", `\n${indent}`);
}

/** What the script is, and the call that begins it. */
function partsOf({ baseUrl, chatflowId, look, chat }: EmbedInput, indent: string) {
  const root = rootOf({ baseUrl });
  const settings = { chatflowid: chatflowId, apiHost: root, theme: widgetTheme(chat, look === "popup") };
  const begin = `Chatbot.${look === "popup" ? "init" : "initFull"}(${literal(settings, indent)})`;
  return { script: inScript(root + widgetScript), begin };
}

/** For any website: to be put before `</body>`. */
export function htmlEmbed(input: EmbedInput): string {
  const { script, begin } = partsOf(input, "  ");
  return `${input.look === "page" ? "<flowise-fullchatbot></flowise-fullchatbot>\n" : ""}<script type="module">
  import Chatbot from ${script};
  ${begin};
</script>
`;
}

/** Where the full page goes. The widget takes its element away itself, so it is none of React's. */
const pageInReact = {
  place: '<div id="chat" />',
  fill: 'document.getElementById("chat")?.append(document.createElement("flowise-fullchatbot"));\n      ',
};

/**
 * A component, in JavaScript as well as in TypeScript. The script comes from this deployment, so that both always fit
 * together; bundlers leave it alone. It may arrive after its component was taken off the page, as each does once where
 * React's strict mode tries components out.
 */
export function reactEmbed(input: EmbedInput): string {
  const { script, begin } = partsOf(input, "      ");
  const { place, fill } = input.look === "page" ? pageInReact : { place: "null", fill: "" };
  return `"use client";

import { useEffect } from "react";

const script = ${script};

export function Chat() {
  useEffect(() => {
    const gone = new AbortController();
    import(/* webpackIgnore: true */ /* @vite-ignore */ script).then(({ default: Chatbot }) => {
      if (gone.signal.aborted) return;
      ${fill}${begin};
      gone.signal.addEventListener("abort", () => Chatbot.destroy());
    });
    return () => gone.abort();
  }, []);
  return ${place};
}
`;
}
