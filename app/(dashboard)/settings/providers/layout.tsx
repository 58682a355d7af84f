import type { ReactNode } from "react";
import { ProviderDialogsProvider } from "./provider-dialogs-provider";

/** Holds the dialogs above the list: a list that reloads or fails must not take a half-filled form with it. */
export default function ProvidersLayout({ children }: { children: ReactNode }) {
  return <ProviderDialogsProvider>{children}</ProviderDialogsProvider>;
}
