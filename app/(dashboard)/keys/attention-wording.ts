import { type Attention, attentions } from "@/lib/api-keys/schema";

const words: Record<Attention, { label: string; meaning: string }> = {
  exposed: { label: "Exposed", meaning: "Its token was reported as found. Regenerate it." },
  expired: { label: "Expired", meaning: "Its expiry has passed, so its tokens are refused." },
  expiring: { label: "Expires within 7 days", meaning: "Set a later expiry, or have its callers change over." },
  closed: { label: "On a closed chatflow", meaning: "None of the chatflow’s keys can be used, so nobody can call it." },
  retiring: { label: "Old token still in use", meaning: "A token that is about to stop was used within the last day." },
  imported: {
    label: "Imported token",
    meaning: "It came from Flowise. Regenerate it to get one that scanners recognise.",
  },
  unused: { label: "Unused for 90 days", meaning: "Nobody may need it any more." },
  "never-used": { label: "Never used", meaning: "No call was ever made with it." },
  "never-expires": { label: "Never expires", meaning: "It works until somebody stops it." },
};

/** What a filter is called. */
export function sayAttention(attention: Attention): string {
  return words[attention].label;
}

/** The reasons with their words and figures, the most pressing first. `cap`: counts above it are "more than". */
export function attentionCounts(counts: Record<Attention, number>, cap: number) {
  return attentions.map((attention) => {
    const count = counts[attention];
    const figure = count > cap ? `${cap.toLocaleString("en")}+` : count.toLocaleString("en");
    return { attention, ...words[attention], count, figure };
  });
}
