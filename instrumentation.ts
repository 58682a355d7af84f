/** Next runs this once in each server process, wherever it is deployed. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: Next replaces it while building, so that no other runtime gets a database.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { isServerless } = await import("@/lib/env");
  if (isServerless()) {
    const { liveInFunction } = await import("@/lib/function-life");
    liveInFunction();
  } else {
    const { runLater } = await import("@/lib/later");
    const { scheduleMaintenance } = await import("@/lib/maintenance/schedule");
    runLater((run) => void setTimeout(run, 1_000).unref());
    scheduleMaintenance();
  }
}
