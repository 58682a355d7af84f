import { quoted, rootOf } from "./snippet";

/** Where the website widget's script is: a file of this deployment's own (flowise-embed, Flowise's widget). */
export const widgetScript = "/embed/widget.js";

/** A button in the corner that opens the chat, or a page that is the chat. */
export type EmbedLook = "popup" | "page";

export interface EmbedInput {
  /** The deployment's address, such as https://keys.example.com. */
  baseUrl: string;
  chatflowId: string;
  look: EmbedLook;
}

/** A string literal that cannot end the script element it stands in. */
const inScript = (text: string) => quoted(text).replaceAll("<", "\\u003c");

function partsOf({ baseUrl, chatflowId, look }: EmbedInput) {
  const root = rootOf({ baseUrl });
  const begin = look === "popup" ? "init" : "initFull";
  return { script: inScript(root + widgetScript), id: inScript(chatflowId), host: inScript(root), begin };
}

/** For any website: to be put before `</body>`. */
export function htmlEmbed(input: EmbedInput): string {
  const { script, id, host, begin } = partsOf(input);
  return `${input.look === "page" ? "<flowise-fullchatbot></flowise-fullchatbot>\n" : ""}<script type="module">
  import Chatbot from ${script};
  Chatbot.${begin}({
    chatflowid: ${id},
    apiHost: ${host},
  });
</script>
`;
}

/** A component. The script comes from this deployment, so that both always fit together; bundlers leave it alone. */
export function reactEmbed(input: EmbedInput): string {
  const { script, id, host, begin } = partsOf(input);
  return `import { useEffect } from "react";

const script = ${script};

export function Chat() {
  useEffect(() => {
    const loaded = import(/* webpackIgnore: true */ /* @vite-ignore */ script);
    loaded.then(({ default: Chatbot }) =>
      Chatbot.${begin}({
        chatflowid: ${id},
        apiHost: ${host},
      }),
    );
    return () => void loaded.then(({ default: Chatbot }) => Chatbot.destroy());
  }, []);
  return ${input.look === "page" ? "<flowise-fullchatbot />" : "null"};
}
`;
}
