"use client";

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useState, useTransition } from "react";
import { z } from "zod";
import { passwordMinLength, setUpSchema } from "@/lib/auth/schema";
import classes from "../auth.module.css";
import { FormAlert } from "../form-alert";
import { setUpAction } from "./actions";

type Field = "code" | "name" | "email" | "password";

export function SetupForm({ code }: { code: string }) {
  const router = useRouter();
  const [errors, setErrors] = useState<Partial<Record<Field, string[]>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { code, ...Object.fromEntries(new FormData(event.currentTarget)) } as z.input<typeof setUpSchema>;
    const checked = setUpSchema.safeParse(input);
    setErrors(checked.success ? {} : z.flattenError(checked.error).fieldErrors);
    setFailure(null);
    if (!checked.success) return;
    startTransition(async () => {
      const result = await setUpAction(input).catch(() => null);
      if (!result?.ok) {
        const { field, message } = result?.error ?? { message: "Flowlatch could not be reached. Nothing was created." };
        if (field && field in checked.data) setErrors({ [field]: [message] });
        else setFailure(message);
        return;
      }
      await signIn("credentials", { email: result.data.email, password: input.password, redirect: false });
      router.replace("/keys");
      router.refresh();
    });
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <FormAlert message={failure} />
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
      <Button type="submit" loading={isPending} mt={4} fullWidth>
        Create account
      </Button>
    </form>
  );
}
