import { z } from "zod";
import { type Role, roles } from "@/lib/auth/roles";
import { nameSchema } from "@/lib/names";

/** Shortest password, in characters (NIST SP 800-63B asks for 8; ours guards credentials). */
export const passwordMinLength = 12;
/** bcrypt reads no further than this many bytes; what it would cut off is refused instead. */
export const passwordMaxBytes = 72;

const byteLength = (value: string) => new TextEncoder().encode(value).length;

const emailMaxLength = 254;
const emailTooLong = `An email address has at most ${emailMaxLength} characters.`;
/** Of email and password alike, whichever is wrong. */
export const wrongSignIn = "Email or password is not right.";

export const emailSchema = z
  .string("Email is required.")
  .transform((value) => value.trim().toLowerCase())
  .pipe(
    z
      .string()
      .min(1, "Email is required.")
      .max(emailMaxLength, emailTooLong)
      .pipe(z.email("That is not an email address: it should look like name@example.com.")),
  );

/** Length only; whether it is easy to guess is decided on the server (`assertHardToGuess`). */
export const passwordSchema = z
  .string("Password is required.")
  .min(1, "Password is required.")
  .refine((value) => [...value].length >= passwordMinLength, {
    error: (issue) =>
      `Use ${passwordMinLength} characters or more; this has ${[...String(issue.input)].length}. A few words are easier to keep than one clever one.`,
    abort: true,
  })
  .refine((value) => byteLength(value) <= passwordMaxBytes, `Use at most ${passwordMaxBytes} bytes.`);

export const createUserSchema = z.object({
  name: nameSchema("Name"),
  email: emailSchema,
  password: passwordSchema,
  role: z.enum(roles).optional(),
});

export const inviteUserSchema = createUserSchema.omit({ password: true, role: true }).extend({
  role: z.enum(roles, "Choose a role."),
});

const userId = { id: z.guid("There is no such operator.").toLowerCase() };
export const userSchema = z.object(userId);
export const changeUserRoleSchema = z.object({ ...userId, role: z.enum(roles, "Choose a role.") });

export const setPasswordSchema = z.object({ code: z.string().max(200), password: passwordSchema });

/** An operator as the list of people shows them. */
export interface UserSummary {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** Whether they were invited and have not chosen a password yet. */
  isInvited: boolean;
  /** A few minutes behind; null when they were never there. */
  lastSeenAt: Date | null;
}

/** A link's secret part, with which an operator chooses a password. */
export interface PasswordLink {
  id: string;
  name: string;
  code: string;
  expiresAt: Date;
}

export const setUpSchema = createUserSchema.omit({ role: true }).extend({ code: z.string().max(200) });

/** What no account can have is wrong, before it is counted or looked up: Postgres refuses text with a NUL. */
export const signInSchema = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .min(1, "Email is required.")
    .max(emailMaxLength, emailTooLong)
    .refine((value) => !value.includes("\0"), wrongSignIn),
  password: z
    .string()
    .min(1, "Password is required.")
    .refine((value) => byteLength(value) <= passwordMaxBytes, wrongSignIn),
});
