import { textOn } from "@/lib/sharing/colour";
import { type Sharing, sharingSchema } from "@/lib/sharing/schema";

/** The mark's own green. */
const defaultColour = "#106e58";

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
}

/**
 * @param name the chatflow's, which is its title where it has no other
 * @param stored the column: settings of an older version have the defaults of what came since
 */
export function chatLook(name: string, stored: unknown): ChatLook {
  const { title, welcome, colour, avatarUrl, starterPrompts }: Sharing = sharingSchema.parse(stored);
  const shown = colour || defaultColour;
  return { title: title || name, welcome, colour: shown, textColour: textOn(shown), avatarUrl, starterPrompts };
}
