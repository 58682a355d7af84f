/** Next runs this once in each server process, wherever it is deployed. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: Next replaces it while building, so that no other runtime gets a database.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { scheduleRetention } = await import("@/lib/sessions/schedule");
  scheduleRetention();
}
