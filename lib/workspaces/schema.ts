import { z } from "zod";

/** Safe in the browser. Days. */
export const maxKeyLifetimeMaxDays = 3650;

const rule = `The longest lifetime is a whole number of days, from 1 to ${maxKeyLifetimeMaxDays.toLocaleString("en")}.`;

export const setMaxKeyLifetimeSchema = z.object({
  /** Null for as long as one likes. */
  days: z.int(rule).min(1, rule).max(maxKeyLifetimeMaxDays, rule).nullable(),
});
