import { defaultColour, textOn } from "@/lib/sharing/colour";
import { type Sharing, sharingSchema } from "@/lib/sharing/schema";

/** How a shared chat looks and greets. */
export interface ChatLook {
  title: string;
  /** Shown before the first question; "" for none. */
  welcome: string;
  /** Of buttons and questions, as `#rrggbb`, and of the text on it. */
  colour: string;
  textColour: string;
  /** An https address; "" for none. */
  avatarUrl: string;
  starterPrompts: string[];
  /** Whether answers can be rated. */
  hasFeedback: boolean;
  /** What visitors are asked before their first question; null for nothing. */
  lead: LeadRequest | null;
}

export const leadFields = ["name", "email", "phone"] as const;
export type LeadField = (typeof leadFields)[number];

export interface LeadRequest {
  title: string;
  thanks: string;
  fields: LeadField[];
}

/**
 * @param name the chatflow's, which is its title where it has no other
 * @param stored the column: settings of an older version have the defaults of what came since
 */
export function chatLook(name: string, stored: unknown): ChatLook {
  const { title, welcome, colour: chosen, avatarUrl, starterPrompts, feedback, leads } = sharingSchema.parse(stored);
  const colour = chosen || defaultColour;
  return {
    ...{ title: title || name, welcome, colour, textColour: textOn(colour), avatarUrl, starterPrompts },
    hasFeedback: feedback,
    lead: leads.enabled ? leadRequestOf(leads) : null,
  };
}

function leadRequestOf({ title, success, ...asked }: Sharing["leads"]): LeadRequest {
  return {
    title: title || "Before we begin: who are you?",
    thanks: success || "Thank you!",
    fields: leadFields.filter((field) => asked[field]),
  };
}
