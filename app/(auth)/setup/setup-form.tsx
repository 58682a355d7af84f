"use client";

import { PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { z } from "zod";
import { passwordMinLength, setUpSchema } from "@/lib/auth/schema";
import { AuthForm } from "../auth-form";
import { unreachable, useSignIn } from "../use-sign-in";
import { setUpAction } from "./actions";

type Field = "code" | "name" | "email" | "password";

export function SetupForm({ code }: { code: string }) {
  const signIn = useSignIn();
  const [errors, setErrors] = useState<Partial<Record<Field, string[]>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();
  /** The account's email once there is one: to sign in may fail after that, and is then all that is left to do. */
  const account = useRef<string>(undefined);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { code, ...Object.fromEntries(new FormData(event.currentTarget)) } as z.input<typeof setUpSchema>;
    const checked = setUpSchema.safeParse(input);
    setErrors(checked.success ? {} : z.flattenError(checked.error).fieldErrors);
    setFailure(null);
    if (!checked.success) return;
    startTransition(async () => {
      if (account.current === undefined) {
        const result = await setUpAction(input).catch(() => null);
        if (!result?.ok) {
          const { field, message } = result?.error ?? { message: unreachable };
          if (field && field in checked.data) setErrors({ [field]: [message] });
          else setFailure(message);
          return;
        }
        account.current = result.data.email;
      }
      const refusal = await signIn({ email: account.current, password: input.password });
      if (refusal !== null) setFailure(`Your account was created, but you are not signed in yet. ${refusal}`);
    });
  }

  return (
    <AuthForm failure={failure} errors={errors} action="Create account" isPending={isPending} onSubmit={submit}>
      {!code && (
        <TextInput
          label="Setup code"
          description="It stands in the address that Flowlatch printed when it started."
          name="code"
          autoComplete="off"
          error={errors.code?.[0]}
        />
      )}
      <TextInput label="Name" name="name" autoComplete="name" error={errors.name?.[0]} autoFocus />
      <TextInput label="Email" name="email" type="email" autoComplete="username" error={errors.email?.[0]} />
      <PasswordInput
        label="Password"
        description={`${passwordMinLength} characters or more.`}
        name="password"
        autoComplete="new-password"
        error={errors.password?.[0]}
        visibilityToggleButtonProps={{ "aria-label": "Show password" }}
      />
    </AuthForm>
  );
}
