"use client";

import { Button } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useLazyPart } from "@/components/use-lazy-part";
import type { ApiCodeProps } from "./api-code-dialog";

const load = () => import("./api-code-dialog").then((module) => module.ApiCodeDialog);

/** Opens the dialog in which a chatflow's key is chosen and its code samples are copied. */
export function ApiCodeButton(props: ApiCodeProps) {
  const [isOpen, setIsOpen] = useState(false);
  const buttonRef = useRef<HTMLButtonElement>(null);
  const router = useRouter();
  const { Part: ApiCodeDialog, whenLoaded } = useLazyPart(load);

  return (
    <>
      <Button
        ref={buttonRef}
        variant="default"
        aria-haspopup="dialog"
        leftSection={<IconCode size={16} stroke={1.7} aria-hidden="true" />}
        onClick={() => {
          whenLoaded(() => setIsOpen(true));
          // The page may have been open for hours: another operator's choice should be seen.
          router.refresh();
        }}
      >
        API code
      </Button>
      {ApiCodeDialog && isOpen && (
        <ApiCodeDialog
          {...props}
          onClose={() => {
            setIsOpen(false);
            buttonRef.current?.focus();
          }}
        />
      )}
    </>
  );
}
