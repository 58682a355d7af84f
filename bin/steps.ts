/** Shows what a start is doing: a line when a step begins, its mark and seconds when it is done. */
export async function step<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
  const begun = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  process.stderr.write(isTerminal ? `• ${label}…` : `• ${label}…\n`);
  const end = (mark: string) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    process.stderr.write(`${isTerminal ? "\r\u001B[2K" : ""}${mark} ${label} (${seconds} s)\n`);
  };
  try {
    const result = await work();
    end("✔");
    return result;
  } catch (error) {
    end("✘");
    throw error;
  }
}
