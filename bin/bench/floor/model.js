import { request } from "undici";

/** Asks the stand-in of a model. */
export async function ask(question) {
  const { body } = await request(`${process.env.BENCH_PROVIDER}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "bench", messages: [{ role: "user", content: question }] }),
  });
  const { choices } = await body.json();
  return choices[0].message.content;
}
