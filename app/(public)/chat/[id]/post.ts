/** Why something was not kept. */
export interface Refusal {
  message: string;
  /** The field it is about. */
  field?: string;
}

const unreachable = "That could not be sent. Check your connection, then try again.";

/** Sends something to keep. Null when it was kept. */
export async function post(address: string, body: object): Promise<Refusal | null> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response?.ok) return null;
  const problem = (await response?.json().catch(() => null)) as Partial<Refusal> | null;
  return { message: problem?.message ?? unreachable, ...(problem?.field && { field: problem.field }) };
}
