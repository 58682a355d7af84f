import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { needsSetup } from "@/lib/auth/users";
import { database } from "@/lib/db/client";
import classes from "../auth.module.css";
import { SetupForm } from "./setup-form";

export const metadata: Metadata = { title: "Set up" };

export default async function SetupPage({ searchParams }: { searchParams: Promise<{ code?: string | string[] }> }) {
  if (!(await needsSetup(database()))) redirect("/login");
  const { code } = await searchParams;
  return (
    <>
      <h1 className={classes.title}>Create the first account</h1>
      <p className={classes.lead}>It owns this deployment: its keys, its chatflows and its other operators.</p>
      <SetupForm code={typeof code === "string" ? code : ""} />
    </>
  );
}
