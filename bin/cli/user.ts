import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { type Role, roles } from "@/lib/auth/roles";
import { createFirstOwner, createUser, needsSetup } from "@/lib/auth/users";
import { StopError } from "../stop-error.ts";
import { type Answer, answering } from "./answer.ts";
import type { Session } from "./session.ts";

interface CreateOptions {
  email: string;
  name: string;
  role?: Role;
}

async function create(session: Session, { email, name, role }: CreateOptions): Promise<Answer> {
  // `echo` ends its line; a password does not.
  const password = (await text(process.stdin)).replace(/\r?\n$/, "");
  const account = { email, name, password };
  const isFirst = await needsSetup(session.setup.db);
  if (isFirst && role !== undefined && role !== "owner") {
    throw new StopError(`The first account is the owner; it cannot be made with the role ${role}.`);
  }
  const user = isFirst
    ? { ...(await createFirstOwner(session.setup, account)), role: "owner" }
    : await createUser(await session.context(), { ...account, role });
  const json = { id: user.id, email: user.email, name: user.name, role: user.role };
  return { json, text: `${user.email} can sign in now, as ${user.role}.` };
}

/** `flowlatch user …` */
export function addUserCommands(program: Command): void {
  const user = program.command("user").description("manage the people who sign in to the dashboard");
  user
    .command("create")
    .description("make an account; the first one owns the deployment")
    .requiredOption("--email <email>", "what they sign in with")
    .requiredOption("--name <name>", "how they are called")
    .requiredOption("--password-stdin", "read the password from standard input")
    .addOption(new Option("--role <role>", "what they may do (editor, unless it is the first)").choices(roles))
    .action(answering<CreateOptions>(create));
}
