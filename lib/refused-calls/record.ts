import "server-only";
import type { RefusedCall } from "@/lib/api-keys/refusals";
import { isSlug } from "@/lib/chatflows/slug";
import { database } from "@/lib/db/client";
import { toAppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { later } from "@/lib/later";
import { log } from "@/lib/log";
import { countRefusedCall } from "@/lib/metrics/metrics";
import { RefusedCallBuffer } from "@/lib/refused-calls/buffer";
import { insertRefusedCalls } from "@/lib/refused-calls/store";

/** Of the call that was refused. */
export interface RefusedRequest {
  requestId: string;
  /** As `callerAddress` gives it. */
  address: string | null;
  /** What the call names as its chatflow, if anything: an id, a slug, or nonsense. For calls refused before it was looked up. */
  chatflow: unknown;
}

// On globalThis because each route of a build may load this module for itself.
const shared = globalThis as { flowlatchRefusedCalls?: { buffer: RefusedCallBuffer; isScheduled: boolean } };
shared.flowlatchRefusedCalls ??= { buffer: new RefusedCallBuffer(), isScheduled: false };
const ofProcess = shared.flowlatchRefusedCalls;

/**
 * Remembers a refused call for the operators, without any SQL: it is written with others about a second
 * later. Neither fails nor waits. Of the token nothing but its last four characters is kept.
 */
export function recordRefusedCall({ reason, party }: RefusedCall, request: RefusedRequest): void {
  const { requestId, address } = request;
  const named = typeof request.chatflow === "string" && party.chatflowId === null ? request.chatflow : "";
  const chatflowId = isUuid(named) ? named : party.chatflowId;
  const slug = chatflowId === null && isSlug(named) ? named : null;
  countRefusedCall(reason);
  log().info({ requestId, reason, apiKeyId: party.apiKeyId, chatflowId }, "call refused");
  ofProcess.buffer.add({ ...party, at: new Date(), reason, requestId, address, chatflowId, slug });
  schedule();
}

/** One write at a time: behind a slow database there is never more than the buffer. */
function schedule(): void {
  if (ofProcess.isScheduled) return;
  ofProcess.isScheduled = true;
  later(writeRefusedCalls);
}

/** Writes what was remembered, in one statement. What cannot be written is dropped: nothing may pile up behind an outage. */
async function writeRefusedCalls(): Promise<void> {
  const { records, leftOut } = ofProcess.buffer.drain();
  if (leftOut > 0) log().warn({ calls: leftOut }, "more refused calls than can be kept");
  try {
    await insertRefusedCalls(database(), records);
  } catch (error) {
    log().warn({ rows: records.length, code: toAppError(error).code }, "refused calls could not be recorded");
  } finally {
    ofProcess.isScheduled = false;
    if (!ofProcess.buffer.isEmpty) schedule();
  }
}
