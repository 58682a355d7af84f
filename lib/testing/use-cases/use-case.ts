import { type Role, roles } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Things } from "@/lib/testing/things";

export const everybody: readonly Role[] = roles;
export const editors: readonly Role[] = ["owner", "admin", "editor"];
export const admins: readonly Role[] = ["owner", "admin"];

/** What a use case says of an id that its workspace does not have: one of these codes, or nothing at all. */
type Absence = readonly ("not_found" | "invalid_input" | "conflict" | "nothing")[];

/** A use case as the tests call it, and what is expected of it. */
export interface UseCase {
  /** Roles that may; nobody else. */
  who: readonly Role[];
  writes: boolean;
  absence: Absence;
  /** An input that succeeds in the workspace that has these things. */
  input(of: Things): unknown;
  run(ctx: Context, input: unknown): Promise<unknown>;
}

type Run<Input> = (ctx: Context, input: Input) => Promise<unknown>;

const kindOf =
  (writes: boolean, ...usually: Absence) =>
  <Input>(who: readonly Role[], run: Run<Input>, input: (of: Things) => Input, ...absence: Absence): UseCase => ({
    ...{ who, writes, input, run: run as Run<unknown> },
    absence: absence.length > 0 ? absence : usually,
  });

/** One that changes nothing. */
export const reads = kindOf(false, "not_found");
/** The same, where its input narrows down what it shows. */
export const lists = kindOf(false, "nothing");
/** One that changes something, with an audit event. */
export const changes = kindOf(true, "not_found");
