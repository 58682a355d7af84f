import { readFile } from "node:fs/promises";
import path from "node:path";

/** Read once, when the app is built: the package itself need not be where the app runs. */
export const dynamic = "force-static";

const packageFolder = "node_modules/flowise-embed";

/** The licence asks that its notice goes along with every copy. */
const notice = (version: string) => `/*!
 * flowise-embed ${version}, https://github.com/FlowiseAI/FlowiseChatEmbed
 * Copyright (c) FlowiseAI. Licensed under the MIT License, https://opensource.org/license/mit:
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 * documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
 * rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
 * permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright
 * notice and this permission notice shall be included in all copies or substantial portions of the Software. THE
 * SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
 * WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
 * COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
 * OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
`;

const headers = {
  "Content-Type": "text/javascript; charset=utf-8",
  // Its address stays the same over versions, so that no website breaks: a day, and a week of the old one meanwhile.
  "Cache-Control": "public, max-age=86400, stale-while-revalidate=604800",
  // It is the same for everybody and holds nothing of anybody.
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

/** Flowise's website widget as a JavaScript module, unmodified, from our own address and no CDN's. */
export async function GET(): Promise<Response> {
  const fileOf = (name: string) => readFile(path.join(process.cwd(), packageFolder, name), "utf8");
  const [script, manifest] = await Promise.all([fileOf("dist/web.js"), fileOf("package.json")]);
  const { version } = JSON.parse(manifest) as { version: string };
  return new Response(notice(version) + script, { headers });
}
