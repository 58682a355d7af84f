import { RefusedCall } from "@/lib/api-keys/refusals";
import { toAppError } from "@/lib/errors";
import type { Step } from "@/lib/tracing/trace";

/**
 * Does a step's work.
 * @throws what `work` throws
 */
export async function traced<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    step.end();
    return result;
  } catch (error) {
    // To refuse a call is what the verifier is for.
    if (error instanceof RefusedCall) step.note({ "flowlatch.refusal": error.reason });
    step.end(error instanceof RefusedCall ? null : toAppError(error).code);
    throw error;
  }
}
