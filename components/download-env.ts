/** Saves the token as an environment file, made here: it travels over no network. */
export function downloadEnv(token: string) {
  const url = URL.createObjectURL(new Blob([`FLOWLATCH_API_KEY=${token}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "flowlatch.env";
  link.click();
  // Revoked a moment later: some browsers begin to read only after this task.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
