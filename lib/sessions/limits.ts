/** Longest time a chatflow keeps its conversations, in days, short of for ever. */
export const retentionMaxDays = 3_650;
