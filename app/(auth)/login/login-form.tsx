"use client";

import { PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { z } from "zod";
import { signInSchema } from "@/lib/auth/schema";
import { AuthForm } from "../auth-form";
import { useSignIn } from "../use-sign-in";

type FieldErrors = { email?: string[]; password?: string[] };

export function LoginForm() {
  const signIn = useSignIn();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();
  const passwordRef = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = Object.fromEntries(new FormData(event.currentTarget));
    const checked = signInSchema.safeParse(input);
    setErrors(checked.success ? {} : z.flattenError(checked.error).fieldErrors);
    setFailure(null);
    if (!checked.success) return;
    startTransition(async () => {
      const refusal = await signIn(checked.data);
      if (refusal === null) return;
      setFailure(refusal);
      passwordRef.current?.select();
    });
  }

  return (
    <AuthForm failure={failure} errors={errors} action="Sign in" isPending={isPending} onSubmit={submit}>
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        error={errors.email?.[0]}
        data-autofocus
        autoFocus
      />
      <PasswordInput
        ref={passwordRef}
        label="Password"
        name="password"
        autoComplete="current-password"
        error={errors.password?.[0]}
        visibilityToggleButtonProps={{ "aria-label": "Show password" }}
      />
    </AuthForm>
  );
}
