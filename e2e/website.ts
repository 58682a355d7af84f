import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Website {
  /** As its visitors reach it. */
  origin: string;
  /** The same pages under another name: to a browser, another website. */
  otherOrigin: string;
  /** Its every page is this from now on. */
  publish(html: string): void;
  close(): void;
}

/**
 * A website of somebody else's on a loopback port, whose every page embeds the widget as the guide says, from
 * `apiHost`. What the widget is started with is in the page's fragment, as JSON: `full` for the full page, `token` for
 * the page's own hook, and the chatflow.
 */
export async function startWebsite(apiHost: string): Promise<Website> {
  let page = `<!doctype html>
    <html lang="en"><title>Bicycles</title><body><h1>Bicycles</h1>
    <script type="module">
      import Chatbot from "${apiHost}/embed/widget.js";
      const { full, token, chatflowid } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
      const onRequest = async (request) => {
        request.headers = { ...request.headers, Authorization: "Bearer " + token };
      };
      const settings = { chatflowid, apiHost: "${apiHost}", ...(token && { onRequest }) };
      if (full) {
        document.body.append(document.createElement("flowise-fullchatbot"));
        Chatbot.initFull(settings);
      } else Chatbot.init(settings);
    </script></body></html>`;
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    otherOrigin: `http://localhost:${port}`,
    publish: (html) => {
      page = html;
    },
    close: () => server.close().closeAllConnections(),
  };
}
