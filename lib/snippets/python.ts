import { joinLines, predictionUrl, quoted, type SnippetAuth, type SnippetInput, tokenVariable } from "./snippet";

function authorization(auth: SnippetAuth): string | null {
  if (auth.kind === "none") return null;
  if (auth.kind === "environment") return `"Bearer " + os.environ["${tokenVariable}"]`;
  return quoted(`Bearer ${auth.token}`);
}

const printAnswer = `        print(json.load(response)["text"])`;

const printTokens = `        for line in response:
            if not line.startswith(b"data:"):
                continue
            message = json.loads(line.removeprefix(b"data:"))
            if message["event"] == "token":
                print(message["data"], end="", flush=True)
            elif message["event"] == "error":
                sys.exit(message["data"])
        print()`;

/** A call with nothing but the standard library, Python 3.9 or newer. */
export function pythonSample(input: SnippetInput): string {
  const header = authorization(input.auth);
  return joinLines([
    `import json`,
    input.auth.kind === "environment" ? `import os` : null,
    `import sys`,
    `from urllib.error import HTTPError`,
    `from urllib.request import Request, urlopen`,
    ``,
    `body = {`,
    `    "question": ${quoted(input.question)},`,
    input.streaming ? `    "streaming": True,` : null,
    `}`,
    `request = Request(`,
    `    ${quoted(predictionUrl(input))},`,
    `    data=json.dumps(body).encode(),`,
    `    headers={`,
    header && `        "Authorization": ${header},`,
    `        "Content-Type": "application/json",`,
    `    },`,
    `)`,
    ``,
    `try:`,
    `    with urlopen(request) as response:`,
    input.streaming ? printTokens : printAnswer,
    `except HTTPError as error:`,
    `    sys.exit(f"{error.code} {error.read().decode()}")`,
  ]);
}
