import { type Command, Option } from "commander";
import { sayTime } from "@/lib/api-keys/times";
import { changeUserRole, listUsers, makePasswordLink, removeUser } from "@/lib/auth/manage-users";
import { type Role, roles } from "@/lib/auth/roles";
import type { PasswordLink } from "@/lib/auth/schema";
import { createFirstOwner, createUser, inviteUser, needsSetup } from "@/lib/auth/users";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { StopError } from "../stop-error.ts";
import { type Answer, answering, table } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";
import { readSecret } from "./read-secret.ts";

type InviteOptions = Parameters<typeof inviteUser>[1];

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

async function listed(ctx: Context): Promise<Answer> {
  const users = await listUsers(ctx);
  const rows = users.map(({ name, email, role, isInvited, lastSeenAt, id }) => [
    ...[name, email, role],
    lastSeenAt ? sayTime(lastSeenAt) : isInvited ? "invited" : "never",
    id,
  ]);
  return { json: users, text: table(["NAME", "EMAIL", "ROLE", "LAST HERE", "ID"], rows) };
}

/** A link as text, and whose it is. It is told once, and never logged. */
function told({ id, name, code, expiresAt }: PasswordLink, address: string): Answer {
  const link = `${address}/password#${code}`;
  const text = `With this link “${name}” chooses a password. It works once, until ${sayTime(expiresAt)}:\n${link}`;
  return { json: { id, name, link, expiresAt }, text };
}

/** @throws AppError `not_found` */
async function idOf(ctx: Context, idOrEmail: string): Promise<string> {
  const given = idOrEmail.trim().toLowerCase();
  const found = (await listUsers(ctx)).find(({ id, email }) => id === given || email === given);
  if (!found) throw new AppError("not_found", `There is no operator with the id or email “${idOrEmail}”.`);
  return found.id;
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
  user
    .command("list")
    .description("list the operators, by name")
    .action(answering(async ({ context }) => listed(await context())));
  user
    .command("invite")
    .description("add an operator, who chooses a password with the link that is printed")
    .requiredOption("--email <email>", "what they sign in with")
    .requiredOption("--name <name>", "how they are called")
    .addOption(new Option("--role <role>", "what they may do").choices(roles).default("editor"))
    .action(
      answering<InviteOptions>(async ({ context, address }, options) =>
        told(await inviteUser(await context(), options), address),
      ),
    );
  user
    .command("password-link <user>")
    .description("print a link with which an operator (id or email) chooses a new password")
    .action(
      answering(async ({ context, address }, _, given) => {
        const ctx = await context();
        return told(await makePasswordLink(ctx, { id: await idOf(ctx, given) }), address);
      }),
    );
  user
    .command("set-role <user> <role>")
    .description(`change what an operator (id or email) may do: ${roles.join(", ")}`)
    .action(
      answering(async ({ context }, _, given, [role]) => {
        const ctx = await context();
        const changed = await changeUserRole(ctx, { id: await idOf(ctx, given), role: role as Role });
        return { json: changed, text: `“${changed.name}” is now ${changed.role}.` };
      }),
    );
  user
    .command("remove <user>")
    .description("remove an operator (id or email): signed out at once; what they made goes on working")
    .action(
      answering(async ({ context }, _, given) => {
        const ctx = await context();
        const removed = await removeUser(ctx, { id: await idOf(ctx, given) });
        return { json: removed, text: `“${removed.name}” can no longer sign in.` };
      }),
    );
}
