import { type Command, Option } from "commander";
import { type Role, roles } from "@/lib/auth/roles";
import { createFirstOwner, createUser, needsSetup } from "@/lib/auth/users";
import { StopError } from "../stop-error.ts";
import { type Answer, answering } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";
import { readSecret } from "./read-secret.ts";

interface CreateOptions {
  email: string;
  name: string;
  role?: Role;
}

async function create(opened: CommandContext, { email, name, role }: CreateOptions): Promise<Answer> {
  const password = await readSecret();
  const account = { email, name, password };
  const isFirst = await needsSetup(opened.setup.db);
  if (isFirst && role !== undefined && role !== "owner") {
    throw new StopError(`The first account is the owner; it cannot be made with the role ${role}.`);
  }
  const user = isFirst
    ? { ...(await createFirstOwner(opened.setup, account)), role: "owner" }
    : await createUser(await opened.context(), { ...account, role });
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
