/**
 * Questions over this project's own guide, each with the sections that answer it: the document, then
 * its heading. They were written from the guide alone, and none was changed after it was tried. The
 * search found 22 of the first 24 as it was; 30 of all 36 once the guide had grown, and 33 after it
 * had learned synonyms and a section had got the word "HTML" that readers look for.
 */
export const guideQuestions: [question: string, ...answeredBy: string[]][] = [
  [
    "I forgot to copy my token, can I see it again?",
    "api-keys.md: The token is shown once",
    "api-keys.md: If you lost a token",
  ],
  ["How long may the name of a key be?", "api-keys.md: Names of keys"],
  ["Does renaming a key break my integration?", "api-keys.md: Rename a key"],
  ["Somebody posted our token in public, what should we do?", "api-keys.md: A token leaked"],
  ["What happens to the chatflows when I delete their key?", "api-keys.md: Delete a key"],
  ["How recent is the last used column?", "api-keys.md: When a key was last used"],
  ["Can a viewer create keys?", "api-keys.md: Who may manage keys", "security.md: Roles and what they may do"],
  ["Which port does the server listen on?", "running.md: Port and address"],
  ["How do I keep the data in another directory?", "running.md: Where the data is"],
  ["How do I make a backup?", "running.md: Back up and restore the data"],
  ["What can a load balancer ask to see if an instance is healthy?", "running.md: Health checks"],
  ["How do I run it behind a reverse proxy?", "running.md: Behind a proxy"],
  ["Can I run more than one instance on the same database?", "running.md: Run several instances"],
  [
    "How large can the body of a request be?",
    "calling-a-chatflow.md: Fields of a request",
    "calling-a-chatflow.md: Errors and status codes",
    "running.md: Configuration variables",
  ],
  ["Why do I get a 403?", "calling-a-chatflow.md: Errors and status codes"],
  [
    "What are the lines that begin with a colon in the stream?",
    "calling-a-chatflow.md: Stream the answer with server-sent events",
  ],
  ["How can I cancel an answer that is still running?", "calling-a-chatflow.md: Stop an answer"],
  ["Which file types can I upload?", "chatflows.md: Add documents"],
  ["What is the maximum size of a file?", "chatflows.md: Add documents"],
  ["How do I let everybody use a chatflow without a key?", "chatflows.md: Make a chatflow public"],
  ["What if two colleagues edit the same chatflow?", "chatflows.md: Two people edit one chatflow"],
  [
    "I was locked out after too many failed logins, how long do I have to wait?",
    "getting-started.md: Sign in and sign out",
  ],
  ["Are passwords hashed with bcrypt?", "security.md: Passwords"],
  ["How can a script read the output of a command?", "command-line.md: Output for scripts"],
  // Added with the pages about providers and sessions, before the search was looked at for them.
  ["Can I use a scanned PDF?", "chatflows.md: What is read from HTML and PDF files"],
  ["Are scripts in an HTML file ignored?", "chatflows.md: What is read from HTML and PDF files"],
  ["Where can I see which passages a document was cut into?", "chatflows.md: Preview a document"],
  ["A user wants all their data deleted, how do I do that?", "sessions.md: When somebody asks to be forgotten"],
  ["How many days are conversations stored?", "sessions.md: How long conversations are kept"],
  ["Can I switch off storing what people ask?", "sessions.md: Keep nothing"],
  ["Who is allowed to read what callers asked?", "sessions.md: Read a conversation"],
  ["How do I find the conversation in which somebody mentioned an invoice?", "sessions.md: Search conversations"],
  ["What base URL do I enter for Ollama?", "providers.md: Addresses of Ollama, LM Studio, vLLM and llama.cpp"],
  ["Is the API key of OpenAI encrypted?", "providers.md: How the provider's API key is kept"],
  ["Why can a provider not be deleted?", "providers.md: Change or delete a provider"],
  ["How do I delete expired conversations from cron?", "command-line.md: Delete conversations on the command line"],
  // Added with the page about limits, likewise.
  ["At what time does a daily quota reset?", "limits.md: When a quota starts again"],
  ["Do rejected requests use up the budget?", "limits.md: Which calls count"],
  ["What does Retry-After on a 429 mean?", "limits.md: Status 429 and Retry-After"],
  ["What happens when Redis goes down?", "running.md: When Redis is away"],
  ["May a client send all of its calls of a minute at once?", "limits.md: How a rate is counted"],
  // Added with the pages about OpenAI's clients and MCP, likewise.
  ["What do I put as the model name in the OpenAI SDK?", "openai.md: The model name is a chatflow's id or slug"],
  ["Is my system message ignored?", "openai.md: What becomes of messages, and which settings count"],
  ["Does the Responses API work?", "openai.md: The Responses API"],
  ["How do I add it to Cursor?", "mcp.md: Connect Cursor"],
  [
    "Can Claude Desktop use a chatflow as a tool?",
    "mcp.md: Connect Claude Desktop",
    "mcp.md: AI assistants and their tools (MCP)",
  ],
];
