"use client";

import { PasswordInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { passwordMinLength, passwordSchema } from "@/lib/auth/schema";
import classes from "../auth.module.css";
import { AuthForm } from "../auth-form";
import { unreachable, useSignIn } from "../use-sign-in";
import { setPasswordAction } from "./actions";

/** Chooses a password with the code in the address, and signs in with it. */
export function PasswordForm() {
  const signIn = useSignIn();
  const code = useRef("");
  /** Whose password it is, once the link is used up: to sign in may fail after that, and is then all that is left. */
  const account = useRef<string>(undefined);
  const [isComplete, setIsComplete] = useState<boolean | null>(null);
  const [errors, setErrors] = useState<{ password?: string }>({});
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
    setErrors(checked.success ? {} : { password: checked.error.issues[0]?.message ?? "" });
    setFailure(null);
    if (!checked.success) return;
    const password = checked.data;
    startTransition(async () => {
      if (account.current === undefined) {
        const result = await setPasswordAction({ code: code.current, password }).catch(() => null);
        if (!result?.ok) {
          const { field, message } = result?.error ?? { message: unreachable };
          if (field === "password") setErrors({ password: message });
          else setFailure(message);
          return;
        }
        account.current = result.data.email;
      }
      const refusal = await signIn({ email: account.current, password });
      if (refusal !== null) setFailure(`Your password was changed, but you are not signed in yet. ${refusal}`);
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
      <AuthForm failure={failure} errors={errors} action="Choose and sign in" isPending={isPending} onSubmit={submit}>
        <PasswordInput
          label="Password"
          description={`${passwordMinLength} characters or more.`}
          name="password"
          autoComplete="new-password"
          error={errors.password}
          visibilityToggleButtonProps={{ "aria-label": "Show password" }}
          autoFocus
        />
      </AuthForm>
    </>
  );
}
