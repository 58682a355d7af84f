// A provider that answers at once, as a process of its own: a stand-in for a model in `npm run bench`.
import { createServer } from "node:http";
import { holdingQuestion } from "./holding-question.ts";

const words = ["The", " workshop", " opens", " at", " eight", "."];
const usage = { prompt_tokens: 12, completion_tokens: words.length, total_tokens: 12 + words.length };
const base = { id: "chatcmpl-bench", created: 1_760_000_000, model: "bench" };

const whole = JSON.stringify({
  ...base,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: words.join("") }, finish_reason: "stop" }],
  usage,
});

const chunk = (choices: object[], more: object = {}) =>
  `data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", choices, ...more })}\n\n`;
const stream = [
  ...words.map((content) => chunk([{ index: 0, delta: { role: "assistant", content }, finish_reason: null }])),
  chunk([{ index: 0, delta: {}, finish_reason: "stop" }]),
  chunk([], { usage }),
  "data: [DONE]\n\n",
].join("");

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text: string) => (body += text));
  request.on("end", () => {
    if (body.includes(holdingQuestion)) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk([{ index: 0, delta: { role: "assistant", content: "holding" }, finish_reason: null }]));
      return;
    }
    const streams = (JSON.parse(body) as { stream?: boolean }).stream === true;
    const answer = streams ? stream : whole;
    response.writeHead(200, {
      "content-type": streams ? "text/event-stream" : "application/json",
      "content-length": Buffer.byteLength(answer),
    });
    response.end(answer);
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address ? address.port : 0);
});
process.on("disconnect", () => process.exit(0));
