import { ask } from "../../../model.js";

/** Asks the model and hands on what it says. Checks no key, and keeps nothing. */
export async function POST(incoming) {
  const { question } = await incoming.json();
  return Response.json({ text: await ask(question) });
}
