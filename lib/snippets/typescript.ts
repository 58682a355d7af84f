import { joinLines, quoted, rootOf, type SnippetAuth, type SnippetInput, tokenVariable } from "./snippet";

function apiKey(auth: SnippetAuth): string | null {
  if (auth.kind === "none") return null;
  return auth.kind === "environment" ? `process.env.${tokenVariable}` : quoted(auth.token);
}

// The client hands a refusal on as if it were an answer.
const printAnswer = `if (typeof prediction.text !== "string") {
  throw new Error(\`\${prediction.status} \${prediction.message}\`);
}
console.log(prediction.text);`;

const printTokens = `for await (const { event, data } of prediction) {
  if (event === "token") process.stdout.write(data);
  if (event === "error") throw new Error(data);
}
process.stdout.write("\\n");`;

/** A call with Flowise's own client, which is a CommonJS package: hence the import in two steps. */
export function typescriptSample(input: SnippetInput): string {
  const key = apiKey(input.auth);
  return joinLines([
    `// npm install flowise-sdk`,
    `import sdk from "flowise-sdk";`,
    ``,
    `const client = new sdk.FlowiseClient({`,
    `  baseUrl: ${quoted(rootOf(input))},`,
    key && `  apiKey: ${key},`,
    `});`,
    ``,
    `const prediction = await client.createPrediction({`,
    `  chatflowId: ${quoted(input.chatflowId)},`,
    `  question: ${quoted(input.question)},`,
    input.streaming ? `  streaming: true,` : null,
    `});`,
    input.streaming ? printTokens : printAnswer,
  ]);
}
