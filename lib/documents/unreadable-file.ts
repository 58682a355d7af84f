/** Why a file gives no text. */
export type UnreadableReason =
  | "encrypted"
  | "broken"
  | "no-text"
  | "too-many-pages"
  | "too-much-text"
  | "nested"
  | "too-slow";

/** A file that gives no text, for a reason its owner can do something about. */
export class UnreadableFile extends Error {
  readonly reason: UnreadableReason;
  /** Pages of a PDF, where they are what is wrong. */
  readonly pages: number;

  constructor(reason: UnreadableReason, pages = 0) {
    super(reason);
    this.reason = reason;
    this.pages = pages;
  }
}
