/** Next runs this once in each server process, wherever it is deployed. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: Next replaces it while building, so that no other runtime gets a database.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { runLater } = await import("@/lib/later");
  const { isServerless } = await import("@/lib/env");
  const { scheduleMaintenance } = await import("@/lib/maintenance/schedule");
  if (isServerless()) {
    // A function may be frozen once it has answered; what `after` is given keeps it awake.
    const { after } = await import("next/server");
    runLater((run) => after(run));
  } else {
    runLater((run) => void setTimeout(run, 1_000).unref());
  }
  scheduleMaintenance();
}
