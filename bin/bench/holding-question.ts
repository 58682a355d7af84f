/** Asked this, the stand-in says one word and goes on for ever. */
export const holdingQuestion = "Hold the line, please.";
