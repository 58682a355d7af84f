import type { Metadata } from "next";
import { PasswordForm } from "./password-form";

export const metadata: Metadata = { title: "Choose a password", referrer: "no-referrer" };

/** The same for every link, whether it works or not: what it is for is in the fragment, which no server sees. */
export default function PasswordPage() {
  return <PasswordForm />;
}
