import "server-only";
import { type CallToolResult, createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Grant } from "@/lib/api-keys/verify";
import { failureOf } from "@/lib/http/problem";
import { toolInputSchema, toolNameOf } from "@/lib/mcp/message";
import type { OpenPrediction } from "@/lib/predictions/predict";
import { wholeAnswer } from "@/lib/predictions/whole-answer";
import packageJson from "@/package.json";

const toolOutputSchema = z.object({
  answer: z.string(),
  sessionId: z.string().describe("Send it with the next question to continue this conversation."),
  sources: z
    .array(z.looseObject({ pageContent: z.string() }))
    .optional()
    .describe("The passages that the answer rests on."),
});

export interface McpExchange {
  chatflow: Pick<Grant["chatflow"], "name" | "slug">;
  requestId: string;
  /** Starts the prediction that the message asks for. */
  ask(): Promise<OpenPrediction>;
}

/** A failure is the tool's result: the model that called it reads why, and may say so. */
async function answerOf({ ask, requestId }: McpExchange): Promise<CallToolResult> {
  try {
    const { events, sessionId } = await ask();
    const { text, sources } = await wholeAnswer(events);
    const structuredContent = { answer: text, sessionId, ...(sources && { sources }) };
    return { content: [{ type: "text", text }], structuredContent };
  } catch (error) {
    return { content: [{ type: "text", text: failureOf(error, requestId).message }], isError: true };
  }
}

function serverOf(exchange: McpExchange): McpServer {
  const { name, slug } = exchange.chatflow;
  const server = new McpServer({ name: slug, title: name, version: packageJson.version });
  server.registerTool(
    toolNameOf(slug),
    {
      title: `Ask ${name}`,
      description: `Asks “${name}” a question and returns its answer, with the passages it rests on where it has them.`,
      inputSchema: toolInputSchema,
      outputSchema: toolOutputSchema,
    },
    () => answerOf(exchange),
  );
  return server;
}

/**
 * Answers one message of the Model Context Protocol, over its streamable HTTP transport without sessions:
 * any instance answers any message. Speaks the protocol's present version and those of 2025. Nothing of
 * a chatflow changes while it is connected, so that there is nothing to subscribe to.
 */
export async function answerMessage(request: Request, message: unknown, exchange: McpExchange): Promise<Response> {
  const { fetch } = createMcpHandler(() => serverOf(exchange), { maxSubscriptions: 0 });
  return await fetch(request, { parsedBody: message });
}
