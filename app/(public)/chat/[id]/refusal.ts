/** Why there is no answer, in words for somebody who knows of no API key, no model and no server behind it. */
export interface Refusal {
  message: string;
  /** When it is worth asking again, in milliseconds since the epoch; null for at once. */
  retryAt: number | null;
}

export const unreachable = "The chat could not be reached. Check your connection, then try again.";
export const brokeOff = "The answer broke off.";
const closed = "This chat is not available any more.";
const noAnswer = "No answer came this time. Try again in a moment.";
const tooMany = "Too many questions came from your address. Wait a moment, then ask again.";

/** What the answer to a question says that is none. */
export async function refusalOf(response: Response, now = Date.now()): Promise<Refusal> {
  const { status } = response;
  if ([401, 403, 404].includes(status)) return { message: closed, retryAt: null };
  if (status === 429) {
    const seconds = Number(response.headers.get("retry-after"));
    return { message: tooMany, retryAt: seconds > 0 ? now + seconds * 1000 : null };
  }
  if (status >= 500) return { message: noAnswer, retryAt: null };
  const problem = (await response.json().catch(() => null)) as { message?: string } | null;
  return { message: problem?.message ?? unreachable, retryAt: null };
}
