/**
 * Everyday words of questions that a document may well say with another of the same line. English,
 * as the search is. Few and plain on purpose: each makes a search find more, also of what was not meant.
 */
export const synonyms: string[][] = [
  "everybody everyone anybody anyone",
  "person people",
  "stop cancel abort",
  "keep store save retain record",
  "delete remove erase",
  "allow let permit",
  "refuse reject deny",
  "ignore skip omit",
  "change edit modify",
  "create make add",
  "begin start",
  "large big",
  "fast quick",
  "error failure problem",
  "picture image photo",
].map((line) => line.split(" "));

/** The same as two columns: each word, and the number of its line. */
export const synonymColumns = {
  words: synonyms.flat(),
  lines: synonyms.flatMap((line, index) => line.map(() => index)),
};
