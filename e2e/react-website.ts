import { build } from "rolldown";

/** What stands around the sample: the same for every React website, strict mode included. */
const website = `
  import { StrictMode, useState } from "react";
  import { createRoot } from "react-dom/client";
  import { Chat } from "chat";

  function Website() {
    const [isChatting, setChatting] = useState(true);
    return (
      <>
        <button onClick={() => setChatting(false)}>Leave the chat</button>
        {isChatting && <Chat />}
      </>
    );
  }
  createRoot(document.body.appendChild(document.createElement("div"))).render(<StrictMode><Website /></StrictMode>);
`;

/**
 * A page of a website in React whose one component is this sample's `Chat`, bundled as its own developers would have it
 * while they work on it. A button takes the component off the page.
 */
export async function reactWebsite(sample: string): Promise<string> {
  const modules: Record<string, string> = { website, chat: sample };
  const { output } = await build({
    input: "website",
    write: false,
    // It says of "use client" that only servers mind it. What fails is thrown all the same.
    logLevel: "silent",
    transform: { define: { "process.env.NODE_ENV": '"development"' } },
    plugins: [
      {
        name: "samples",
        resolveId: (id) => (id in modules ? id : null),
        load: (id) => (modules[id] ? { code: modules[id], moduleType: "tsx" } : null),
      },
    ],
  });
  const script = output[0].code.replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><title>Bicycles</title><body><script type="module">${script}</script></body></html>`;
}
