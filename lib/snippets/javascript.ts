import { joinLines, predictionUrl, quoted, type SnippetAuth, type SnippetInput, tokenVariable } from "./snippet";

function authorization(auth: SnippetAuth): string | null {
  if (auth.kind === "none") return null;
  if (auth.kind === "environment") return `\`Bearer \${process.env.${tokenVariable}}\``;
  return quoted(`Bearer ${auth.token}`);
}

const printAnswer = `const { text } = await response.json();
console.log(text);`;

const printTokens = `let buffer = "";
for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (buffer + chunk).split("\\n");
  buffer = lines.pop();
  for (const line of lines) {
    if (!line.startsWith("data:")) continue;
    const { event, data } = JSON.parse(line.slice("data:".length));
    if (event === "token") process.stdout.write(data);
    if (event === "error") throw new Error(data);
  }
}
process.stdout.write("\\n");`;

/** A call with fetch, as an ES module: for Node, and for a browser where the output goes elsewhere. */
export function javascriptSample(input: SnippetInput): string {
  const header = authorization(input.auth);
  return joinLines([
    `const url = ${quoted(predictionUrl(input))};`,
    `const response = await fetch(url, {`,
    `  method: "POST",`,
    `  headers: {`,
    header && `    Authorization: ${header},`,
    `    "Content-Type": "application/json",`,
    `  },`,
    `  body: JSON.stringify({`,
    `    question: ${quoted(input.question)},`,
    input.streaming ? `    streaming: true,` : null,
    `  }),`,
    `});`,
    `if (!response.ok) {`,
    `  throw new Error(\`\${response.status} \${await response.text()}\`);`,
    `}`,
    ``,
    input.streaming ? printTokens : printAnswer,
  ]);
}
