"use client";

import { Button, PasswordInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { passwordMinLength, passwordSchema } from "@/lib/auth/schema";
import classes from "../auth.module.css";
import { FormAlert } from "../form-alert";
import { setPasswordAction } from "./actions";

/** Chooses a password with the code in the address, and signs in with it. */
export function PasswordForm() {
  const router = useRouter();
  const code = useRef("");
  const [isComplete, setIsComplete] = useState<boolean | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();

  useEffect(() => {
    function read() {
      const given = location.hash.slice(1);
      // Out of the address bar: it stays in no history and no screenshot. Development reads twice.
      if (given !== "") history.replaceState(history.state, "", location.pathname);
      code.current = given || code.current;
      setIsComplete(code.current !== "");
    }
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const checked = passwordSchema.safeParse(new FormData(event.currentTarget).get("password"));
    setError(checked.success ? null : (checked.error.issues[0]?.message ?? null));
    setFailure(null);
    if (!checked.success) return;
    const password = checked.data;
    startTransition(async () => {
      const result = await setPasswordAction({ code: code.current, password }).catch(() => null);
      if (!result?.ok) {
        const { field, message } = result?.error ?? { message: "Flowlatch could not be reached. Try again." };
        if (field === "password") setError(message);
        else setFailure(message);
        return;
      }
      await signIn("credentials", { email: result.data.email, password, redirect: false });
      router.replace("/keys");
      router.refresh();
    });
  }

  if (isComplete === false) {
    return (
      <>
        <h1 className={classes.title}>This link is not complete</h1>
        <p className={classes.lead} style={{ marginBottom: 0 }}>
          Part of it is missing, perhaps because it was cut off when it was copied, or the page was loaded again. Open
          the whole link once more; it is not used up.
        </p>
      </>
    );
  }
  return (
    <>
      <h1 className={classes.title}>Choose a password</h1>
      <p className={classes.lead}>You sign in with it from now on. Sessions that are open elsewhere end.</p>
      <form className={classes.form} onSubmit={submit} noValidate>
        <FormAlert message={failure} />
        <PasswordInput
          label="Password"
          description={`${passwordMinLength} characters or more.`}
          name="password"
          autoComplete="new-password"
          error={error}
          visibilityToggleButtonProps={{ "aria-label": "Show password" }}
          autoFocus
        />
        <Button type="submit" loading={isPending} disabled={isComplete === null} mt={4} fullWidth>
          Choose and sign in
        </Button>
      </form>
    </>
  );
}
