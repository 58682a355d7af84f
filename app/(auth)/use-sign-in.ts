import { useRouter } from "next/navigation";

interface SignInInput {
  email: string;
  password: string;
}

export const unreachable = "Flowlatch could not be reached. Check your connection and try again.";

/** Not by next-auth's own client: when that reaches nobody, it leaves the page, and all that was typed, for another. */
async function signIn(input: SignInInput): Promise<string | null> {
  try {
    const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
    const body = new URLSearchParams({ ...input, csrfToken, json: "true" });
    const response = await fetch("/api/auth/callback/credentials", { method: "POST", body });
    const { url } = await response.json();
    return new URL(url).searchParams.get("error") ?? (response.ok ? null : unreachable);
  } catch {
    return unreachable;
  }
}

/**
 * Signs in and leads to the dashboard.
 * @returns why one is not signed in, or null
 */
export function useSignIn(): (input: SignInInput) => Promise<string | null> {
  const router = useRouter();
  return async (input) => {
    const refusal = await signIn(input);
    if (refusal === null) {
      router.replace("/keys");
      router.refresh();
    }
    return refusal;
  };
}
