"use client";

import { ActionIcon, Button } from "@mantine/core";
import { IconDots, IconRefresh } from "@tabler/icons-react";
import { sayFailure, unreachable } from "@/components/no-answer";
import { failureToast, toast } from "@/components/toast";
import { useLazyMenu } from "@/components/use-lazy-menu";
import { useSubmit } from "@/components/use-submit";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { disableApiKeysAction, enableApiKeysAction } from "../actions";
import { useOpenKeyDialog } from "../key-dialogs-provider";

const loadMenu = () => import("../key-menu").then(({ KeyMenu }) => KeyMenu);

/** What can be done with the key, from its own page. */
export function KeyPageActions({ apiKey, canWrite }: { apiKey: ApiKeySummary; canWrite: boolean }) {
  const open = useOpenKeyDialog();
  const { button, Menu, menu } = useLazyMenu(loadMenu);
  return (
    <>
      {canWrite && (
        <>
          <SwitchButton apiKey={apiKey} />
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} stroke={1.7} aria-hidden="true" />}
            onClick={(event) => open({ kind: "regenerate", apiKey, opener: event.currentTarget })}
          >
            Regenerate
          </Button>
        </>
      )}
      <ActionIcon {...button} variant="default" size={36} aria-label={`Actions for ${apiKey.name}`}>
        <IconDots size={18} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
      {Menu && <Menu menu={menu} apiKey={apiKey} canWrite={canWrite} />}
    </>
  );
}

/** Disabling is undone with the same button, so it does not ask first. */
function SwitchButton({ apiKey }: { apiKey: ApiKeySummary }) {
  const isDisabled = apiKey.disabledAt !== null;
  const { submit, isPending } = useSubmit<{ names: string[] }>(
    unreachable,
    () =>
      toast(
        isDisabled
          ? { title: "Key enabled", message: "Its tokens count from the next call on." }
          : { title: "Key disabled", message: "Its tokens are refused from the next call on." },
      ),
    // There is no field beside which to say it.
    (failure) => failureToast(sayFailure("The key was not changed", failure)),
  );
  const action = isDisabled ? enableApiKeysAction : disableApiKeysAction;
  return (
    <Button variant="default" loading={isPending} onClick={() => submit(() => action({ ids: [apiKey.id] }))}>
      {isDisabled ? "Enable" : "Disable"}
    </Button>
  );
}
