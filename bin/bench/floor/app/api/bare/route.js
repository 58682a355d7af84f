import { request } from "undici";

/** Asks the model and hands on what it says. Checks no key, and keeps nothing. */
export async function POST(incoming) {
  const { question } = await incoming.json();
  const { body } = await request(`${process.env.BENCH_PROVIDER}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "bench", messages: [{ role: "user", content: question }] }),
  });
  const { choices } = await body.json();
  return Response.json({ text: choices[0].message.content });
}
