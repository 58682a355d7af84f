/** What an examination of one part of a deployment came to. */
export interface Finding {
  /** The part, as the report names it. */
  what: string;
  state: "ok" | "warning" | "failure";
  /** What was seen. Never holds a secret. */
  seen: string;
  /** What to do about it, where something is to be done. */
  advice?: string;
}

/** Findings about one part. */
export function about(what: string) {
  return {
    ok: (seen: string): Finding => ({ what, state: "ok", seen }),
    warning: (seen: string, advice: string): Finding => ({ what, state: "warning", seen, advice }),
    failure: (seen: string, advice: string): Finding => ({ what, state: "failure", seen, advice }),
  };
}
