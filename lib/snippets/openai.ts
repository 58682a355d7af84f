import { authorizationHeader, shellQuoted } from "./curl";
import { joinLines, quoted, rootOf, type SnippetInput, tokenVariable } from "./snippet";

function baseUrl(input: SnippetInput): string {
  return `${rootOf(input)}/api/openai/v1`;
}

/** Without a token a chatflow is known by its id alone. */
function modelOf({ auth, chatflowId, slug }: SnippetInput): string {
  return auth.kind === "none" ? chatflowId : slug;
}

/** The package insists on a key: for a public chatflow, the header that it would go into is taken away. */
function javascriptAuth({ auth }: SnippetInput): string {
  if (auth.kind === "none") return `  apiKey: "none",\n  defaultHeaders: { Authorization: null },`;
  return auth.kind === "environment" ? `  apiKey: process.env.${tokenVariable},` : `  apiKey: ${quoted(auth.token)},`;
}

const javascriptTokens = `for await (const chunk of answer) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
}
process.stdout.write("\\n");`;

/** A call with OpenAI's own package for JavaScript. */
export function openAiJavascriptSample(input: SnippetInput): string {
  return joinLines([
    `// npm install openai`,
    `import OpenAI from "openai";`,
    ``,
    `const client = new OpenAI({`,
    `  baseURL: ${quoted(baseUrl(input))},`,
    javascriptAuth(input),
    `});`,
    ``,
    `const answer = await client.chat.completions.create({`,
    `  model: ${quoted(modelOf(input))},`,
    `  messages: [`,
    `    { role: "user", content: ${quoted(input.question)} },`,
    `  ],`,
    input.streaming ? `  stream: true,` : null,
    `});`,
    input.streaming ? javascriptTokens : `console.log(answer.choices[0].message.content);`,
  ]);
}

function pythonAuth({ auth }: SnippetInput): string {
  if (auth.kind === "none") return `    api_key="none",\n    default_headers={"Authorization": Omit()},`;
  return auth.kind === "environment"
    ? `    api_key=os.environ["${tokenVariable}"],`
    : `    api_key=${quoted(auth.token)},`;
}

const pythonTokens = `for chunk in answer:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()`;

/** The same for Python. */
export function openAiPythonSample(input: SnippetInput): string {
  const { kind } = input.auth;
  return joinLines([
    `# pip install openai`,
    kind === "environment" ? `import os\n` : null,
    kind === "none" ? `from openai import Omit, OpenAI` : `from openai import OpenAI`,
    ``,
    `client = OpenAI(`,
    `    base_url=${quoted(baseUrl(input))},`,
    pythonAuth(input),
    `)`,
    ``,
    `answer = client.chat.completions.create(`,
    `    model=${quoted(modelOf(input))},`,
    `    messages=[`,
    `        {"role": "user", "content": ${quoted(input.question)}},`,
    `    ],`,
    input.streaming ? `    stream=True,` : null,
    `)`,
    input.streaming ? pythonTokens : `print(answer.choices[0].message.content)`,
  ]);
}

/** The same from the shell. */
export function openAiCurlSample(input: SnippetInput): string {
  const { question, streaming } = input;
  const header = authorizationHeader(input.auth);
  const messages = [{ role: "user", content: question }];
  const body = JSON.stringify({ model: modelOf(input), messages, ...(streaming && { stream: true }) }, null, 2);
  return joinLines([
    `curl ${streaming ? "--no-buffer " : ""}--fail-with-body \\`,
    `  ${shellQuoted(`${baseUrl(input)}/chat/completions`)} \\`,
    header && `  --header ${header} \\`,
    `  --header 'Content-Type: application/json' \\`,
    `  --data ${shellQuoted(body)}`,
  ]);
}
