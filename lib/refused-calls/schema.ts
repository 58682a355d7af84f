import ipaddr from "ipaddr.js";
import { z } from "zod";
import { cursorText, dayOrMoment, searchText } from "@/lib/activity/schema";
import { type RefusalReason, refusalReasons } from "@/lib/api-keys/refusals";

const id = z.guid().toLowerCase().optional().catch(undefined);

export const refusedCallFilterSchema = z.object({
  /** A request id, also within what somebody pasted; else a part of a name, or the last four characters of a token. */
  search: searchText,
  apiKeyId: id,
  chatflowId: id,
  reason: z.enum(refusalReasons).optional().catch(undefined),
  address: z
    .string()
    .refine((text) => ipaddr.isValid(text))
    .transform((text) => ipaddr.process(text).toString())
    .optional()
    .catch(undefined),
  from: dayOrMoment,
  /** The whole of that day, or up to that moment. */
  to: dayOrMoment,
});
export type RefusedCallFilter = z.output<typeof refusedCallFilterSchema>;

export const listRefusedCallsSchema = refusedCallFilterSchema.extend({ after: cursorText, before: cursorText });
export type ListRefusedCallsInput = z.input<typeof listRefusedCallsSchema>;

/** A key or chatflow as it was called then. `exists`: whether it is still there to be looked at. */
export interface NamedParty {
  id: string;
  name: string;
  exists: boolean;
}

/** A call that was refused, or many like it. */
export interface RefusedCallEntry {
  id: string;
  at: Date;
  reason: RefusalReason;
  /** Null where it is not known, and where the calls came from many. */
  address: string | null;
  /** Of a token that was well-formed. */
  lastFour: string | null;
  apiKey: NamedParty | null;
  chatflow: NamedParty | null;
  /** With `calls` above 1, the last one's. */
  requestId: string;
  /** How many calls this stands for: one, or what came within a minute beyond what is kept call by call. */
  calls: number;
}
