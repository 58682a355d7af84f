import "server-only";
import { after } from "next/server";
import { keepAwakeWith, runLater, settleLater } from "@/lib/later";

/**
 * How work goes on after the answer where a function may be frozen as soon as it has answered, and ended
 * as soon as its caller hangs up (Vercel): no timer of it can be relied upon, only what `after` was given.
 * The maintenance is done by a cron job there (vercel.json).
 */
export function liveInFunction(): void {
  // What a stopped answer leaves for later comes when its request is over: it is waited for here.
  keepAwakeWith((work) => after(work.then(settleLater)));
  runLater((run) => {
    try {
      after(run);
    } catch {
      // No request is being answered any more, so there is no answer that it could come after.
      void run();
    }
  });
}
