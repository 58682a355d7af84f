"use client";

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { z } from "zod";
import { signInSchema } from "@/lib/auth/schema";
import classes from "../auth.module.css";
import { FormAlert } from "../form-alert";

type FieldErrors = { email?: string[]; password?: string[] };

export function LoginForm() {
  const router = useRouter();
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
      const result = await signIn("credentials", { ...checked.data, redirect: false }).catch(() => undefined);
      if (result?.ok && !result.error) {
        router.replace("/keys");
        router.refresh();
        return;
      }
      setFailure(result?.error ?? "Flowlatch could not be reached. Check your connection and try again.");
      passwordRef.current?.select();
    });
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <FormAlert message={failure} />
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
      <Button type="submit" loading={isPending} mt={4} fullWidth>
        Sign in
      </Button>
    </form>
  );
}
