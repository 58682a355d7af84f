import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentOperator } from "@/lib/auth/current";
import { needsSetup } from "@/lib/auth/users";
import { database } from "@/lib/db/client";
import classes from "../auth.module.css";
import { LoginForm } from "./login-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function LoginPage() {
  if (await currentOperator()) redirect("/keys");
  if (await needsSetup(database())) return <NotSetUp />;
  return (
    <>
      <h1 className={classes.title}>Sign in to Flowlatch</h1>
      <p className={classes.lead}>Manage API keys and the chatflows they open.</p>
      <LoginForm />
    </>
  );
}

function NotSetUp() {
  return (
    <>
      <h1 className={classes.title}>Not set up yet</h1>
      <p className={classes.lead} style={{ marginBottom: 0 }}>
        This deployment has no account. Open the address that Flowlatch printed when it started: it carries the code
        that proves the deployment is yours. It looks like this:
      </p>
      <code className={classes.command}>/setup?code=…</code>
    </>
  );
}
